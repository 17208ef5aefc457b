// Browsers (and any other WebSocket): the plain door, one JSON value a message.
import { Client, ConnectionLost, type Heard, type Wire } from "./client.js";
import { RpcError } from "./errors.js";

export * from "./index.js";

export interface BrowserOptions {
  /** `ws://127.0.0.1:PORT/`, as the daemon's `endpoints.ws` says it. */
  url: string;
  /** Who connects: minted with `openrig-rpc token`. */
  token: string;
  name?: string;
}

interface Reply {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A client over WebSocket. */
export function client(options: BrowserOptions): Client {
  return new Client((heard) => open(options, heard));
}

async function open(options: BrowserOptions, heard: Heard): Promise<Wire> {
  const socket = new WebSocket(options.url, "openrig.v1");
  const waiting = new Map<number, Waiting>();
  let last = 0;
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener("close", () => {
      for (const each of waiting.values()) each.reject(new ConnectionLost("the connection ended before the answer"));
      waiting.clear();
      resolve();
    });
  });
  socket.addEventListener("message", (message: MessageEvent<string>) => {
    const reply = JSON.parse(message.data) as Reply;
    if (reply.method !== undefined) return heard(reply.method, reply.params);
    const found = waiting.get(reply.id ?? 0);
    if (found === undefined) return;
    waiting.delete(reply.id ?? 0);
    if (reply.error !== undefined) found.reject(new RpcError(reply.error));
    else found.resolve(reply.result);
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new ConnectionLost(`nobody answers at ${options.url}`)));
  });

  const request = (method: string, params: unknown, signal?: AbortSignal): Promise<unknown> => {
    if (socket.readyState !== WebSocket.OPEN) return Promise.reject(new ConnectionLost("the connection is closed"));
    const id = ++last;
    const cancel = () => socket.send(JSON.stringify({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id } }));
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    return answer.finally(() => signal?.removeEventListener("abort", cancel));
  };
  const wire: Wire = { request, closed, close: () => socket.close() };
  try {
    await request("session/open", { client: { name: options.name ?? "openrig-client" }, token: options.token });
  } catch (error) {
    wire.close();
    throw error;
  }
  return wire;
}
