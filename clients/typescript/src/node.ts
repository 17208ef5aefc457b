// Node: vscode-jsonrpc over the LSP door: a unix socket, TCP, or the stdin and stdout of a command.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import rpc from "vscode-jsonrpc/node";
import { Client, ConnectionLost, type Heard, type Wire } from "./client.js";
import { RpcError } from "./errors.js";

export * from "./index.js";

export interface NodeOptions {
  /** `unix:/path`, `tcp://host:port`, or a command to talk to; else the socket of the daemon that runs. */
  where?: string | string[];
  /** Who connects; without it, on TCP, the operator's of this home's daemon. */
  token?: string;
  /** The daemon's state folder, where it isn't the usual one. */
  home?: string;
  name?: string;
}

/** A client of the daemon that runs for this user, or of the one that `options` name. */
export function client(options: NodeOptions = {}): Client {
  return new Client((heard) => open(options, heard));
}

async function open(options: NodeOptions, heard: Heard): Promise<Wire> {
  const home = options.home ?? state();
  const where = options.where ?? endpoint(home);
  const [reads, writes, end] = await streams(where);
  const connection = rpc.createMessageConnection(new rpc.StreamMessageReader(reads), new rpc.StreamMessageWriter(writes));
  let lost = () => {};
  const closed = new Promise<void>((resolve) => {
    lost = resolve;
  });
  const failed = closed.then(() => {
    throw new ConnectionLost("the connection ended before the answer");
  });
  failed.catch(() => {});
  const gone = () => {
    connection.dispose();
    lost();
  };
  connection.onError(() => {}); // `onClose` says it.
  connection.onClose(gone);
  reads.once("error", gone);
  connection.onNotification((method: string, params: object | unknown[] | undefined) => heard(method, params));
  connection.listen();

  const request = async (method: string, params: unknown, signal?: AbortSignal): Promise<unknown> => {
    const source = new rpc.CancellationTokenSource();
    const cancel = () => source.cancel();
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await Promise.race([connection.sendRequest(method, params, source.token), failed]);
    } catch (error) {
      if (error instanceof rpc.ResponseError) throw new RpcError(error);
      if (error instanceof ConnectionLost) throw error;
      throw new ConnectionLost(String(error));
    } finally {
      signal?.removeEventListener("abort", cancel);
      source.dispose();
    }
  };
  const wire: Wire = { request, closed, close: () => (end(), gone()) };
  try {
    await request("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: {
        openrig: { client: { name: options.name ?? "openrig-client" }, ...named(options, home, where) },
      },
    });
    await connection.sendNotification("initialized", {});
  } catch (error) {
    wire.close();
    throw error;
  }
  return wire;
}

async function streams(where: string | string[]): Promise<[Readable, Writable, () => void]> {
  if (typeof where !== "string") {
    const [command, ...words] = where;
    const child = spawn(command ?? "", words, { stdio: ["pipe", "pipe", "inherit"] });
    await happens(child, "spawn", where.join(" "));
    return [child.stdout, child.stdin, () => child.stdin.end()];
  }
  let socket: Socket;
  if (where.startsWith("unix:")) socket = createConnection(where.slice("unix:".length));
  else {
    const { protocol, hostname, port } = new URL(where);
    if (protocol !== "tcp:" || port === "") throw new TypeError(`${where} is neither unix:/path nor tcp://host:port`);
    socket = createConnection(Number(port), hostname.replace(/^\[|\]$/g, ""));
  }
  await happens(socket, "connect", where);
  return [socket, socket, () => socket.destroy()];
}

function happens(emitter: NodeJS.EventEmitter, event: string, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    emitter.once("error", (error: Error) => reject(new ConnectionLost(`nobody answers at ${where}: ${error.message}`)));
    emitter.once(event, () => resolve());
  });
}

function state(): string {
  const named = process.env["OPENRIG_RPC_HOME"];
  if (named) return named;
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "openrig-rpc");
  return join(process.env["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "openrig-rpc");
}

function endpoints(home: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(join(home, "daemon.json"), "utf8")).endpoints ?? {};
  } catch {
    return {};
  }
}

function endpoint(home: string): string {
  const { unix } = endpoints(home);
  if (unix !== undefined) return `unix:${unix}`;
  throw new ConnectionLost(`no daemon runs for ${home}; start it: openrig-rpc daemon, or any rig command`);
}

/**
 * The token: what is given, an agent's own where this runs in its pane, on TCP else the operator's. It is shown to
 * nobody but the daemon whose it is: over TCP only where `daemon.json` names the address.
 */
function named(options: NodeOptions, home: string, where: string | string[]): { token?: string } {
  if (options.token !== undefined) return { token: options.token };
  const tcp = typeof where === "string" && where.startsWith("tcp:");
  if (tcp && where !== endpoints(home)["tcp"]) return {};
  for (const file of [process.env["OPENRIG_RPC_TOKEN_FILE"], tcp ? join(home, "tokens", "operator") : undefined]) {
    try {
      if (file) return { token: readFileSync(file, "ascii").trim() };
    } catch {
      continue;
    }
  }
  return {};
}
