// The client over any wire: calls, events that outlive a broken connection, notifications.
import { Calls, type Options } from "./calls.js";
import { ConnectionLost } from "./errors.js";
import { EventStream, Feeds, type EventOptions } from "./events.js";
import type { Event, Methods, Notifications } from "./types.js";

/** One connection: a request and its result, until it is closed. Throws RpcError and ConnectionLost. */
export interface Wire {
  request(method: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Settles when the connection is gone. */
  readonly closed: Promise<void>;
  close(): void;
}

export type Heard = (method: string, params: unknown) => void;
/** Makes a connection, which says who connects. Throws ConnectionLost. */
export type Open = (heard: Heard) => Promise<Wire>;

/** Every method by its noun: `await client.agent.list()`; and `for await (const event of client.events())`. */
export class Client extends Calls {
  readonly #open: Open;
  readonly #listeners = new Map<string, Set<(params: never) => void>>();
  readonly #feeds = new Feeds();
  #wire: Promise<Wire> | undefined;

  constructor(open: Open) {
    super((method, params, options) => this.ask(method, params, options));
    this.#open = open;
  }

  /** Any method by its name. */
  async ask<M extends keyof Methods>(
    method: M,
    params: Methods[M]["params"],
    options: Options = {},
  ): Promise<Methods[M]["result"]> {
    const wire = await this.connect();
    return (await wire.request(method, params, options.signal)) as Methods[M]["result"];
  }

  /** What happens: everything after `since` (every read result has a `seq`), else from now on. */
  events(options: EventOptions = {}): EventStream {
    return new EventStream(this, this.#feeds, options);
  }

  /** Calls `listener` for each such notification; returns what ends that. */
  on<N extends keyof Notifications>(method: N, listener: (params: Notifications[N]) => void): () => void {
    const listeners = this.#listeners.get(method) ?? new Set();
    this.#listeners.set(method, listeners);
    listeners.add(listener as (params: never) => void);
    return () => void listeners.delete(listener as (params: never) => void);
  }

  /** Connects, where there is no connection; every call does it by itself. */
  connect(): Promise<Wire> {
    if (this.#wire === undefined) {
      const opening = this.#open((method, params) => this.#heard(method, params));
      this.#wire = opening;
      opening.then(
        (wire) => void wire.closed.then(() => this.#lost(opening)),
        () => this.#lost(opening),
      );
    }
    return this.#wire;
  }

  /** Hangs up. */
  async close(): Promise<void> {
    for (const feed of this.#feeds.all()) await feed.close();
    await this.drop();
  }

  /** Cuts the connection, as a broken network would; the next call connects again. */
  async drop(): Promise<void> {
    const wire = await this.#wire?.catch(() => undefined);
    wire?.close();
    await wire?.closed;
  }

  #heard(method: string, params: unknown): void {
    if (method === "event/published") this.#feeds.heard(params as Event);
    for (const listener of [...(this.#listeners.get(method) ?? [])]) listener(params as never);
  }

  #lost(opening: Promise<Wire>): void {
    if (this.#wire !== opening) return;
    this.#wire = undefined;
    this.#feeds.lost();
  }
}

export { ConnectionLost };
