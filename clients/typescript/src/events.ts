// Events as they happen, each once and in order, also over a connection that broke.
import type { Client } from "./client.js";
import { ConnectionLost } from "./errors.js";
import type { Event, EventKind } from "./types.js";

/** Events kept for a reader that is slow; beyond it they are asked for again when it is ready. */
const MOST = 10_000;
/** Milliseconds between two tries to connect, at most. */
const LONGEST = 5_000;

export interface EventOptions {
  /** Everything after this number. */
  since?: number;
  kinds?: EventKind[];
  rig?: string;
}

/** The streams of one client, by subscription. */
export class Feeds {
  readonly #feeds = new Map<string, EventStream>();
  /** Events that came before the code that waits for their subscription's reply went on. */
  #early: Event[] = [];
  #starting = 0;
  #losses = 0;

  all(): EventStream[] {
    return [...this.#feeds.values()];
  }

  /** Subscribes, and gives the stream what comes from the reply on. Throws where the connection ended meanwhile. */
  async add(stream: EventStream, subscribe: () => Promise<{ subscription: string; seq: number }>): Promise<void> {
    const losses = this.#losses;
    this.#starting += 1;
    try {
      const { subscription, seq } = await subscribe();
      if (losses !== this.#losses) throw new ConnectionLost("the connection ended with the subscription");
      this.#feeds.set(subscription, stream);
      stream.begun(subscription, seq);
      for (const event of this.#early) if (event.subscription === subscription) stream.heard(event);
    } finally {
      this.#starting -= 1;
      if (this.#starting === 0) this.#early = [];
    }
  }

  remove(subscription: string): void {
    this.#feeds.delete(subscription);
  }

  heard(event: Event): void {
    const stream = this.#feeds.get(event.subscription);
    if (stream !== undefined) stream.heard(event);
    else if (this.#starting > 0) this.#early.push(event);
  }

  lost(): void {
    this.#losses += 1;
    const streams = this.all();
    this.#feeds.clear();
    this.#early = [];
    for (const stream of streams) stream.lost();
  }
}

/** `for await (const event of client.events())`; after `await stream.start()` it listens from there on. */
export class EventStream implements AsyncIterableIterator<Event> {
  /** The number of the last event given: pass it as `since` to go on after it. */
  seq: number | undefined;
  readonly #client: Client;
  readonly #feeds: Feeds;
  readonly #options: EventOptions;
  #subscription: string | undefined;
  #queue: Event[] = [];
  #full = false;
  #closed = false;
  #wake: () => void = () => {};

  constructor(client: Client, feeds: Feeds, options: EventOptions) {
    this.#client = client;
    this.#feeds = feeds;
    this.#options = options;
    this.seq = options.since;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Listens from now on, or after `since`. Throws RpcError: `since-too-old` where that is no longer kept. */
  async start(): Promise<this> {
    const { kinds, rig } = this.#options;
    await this.#feeds.add(this, () =>
      this.#client.event.subscribe({
        ...(this.seq === undefined ? {} : { since: this.seq }),
        ...(kinds === undefined ? {} : { kinds }),
        ...(rig === undefined ? {} : { rig }),
      }),
    );
    return this;
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    for (;;) {
      if (this.#closed) return { done: true, value: undefined };
      const event = this.#queue.shift();
      if (event !== undefined) {
        this.seq = event.seq;
        return { done: false, value: event };
      }
      if (this.#subscription === undefined) await this.#startAgain();
      else if (this.#full) await this.#leave();
      else await new Promise<void>((wake) => (this.#wake = wake));
    }
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    await this.close();
    return { done: true, value: undefined };
  }

  /** Listens no more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#leave();
  }

  begun(subscription: string, seq: number): void {
    this.#subscription = subscription;
    this.seq = seq;
    this.#full = false;
  }

  heard(event: Event): void {
    if (!this.#full) {
      this.#full = this.#queue.length >= MOST;
      if (!this.#full) this.#queue.push(event);
    }
    this.#wake();
  }

  lost(): void {
    this.#subscription = undefined;
    this.#wake();
  }

  /** Until it works, where it has worked before; else once. */
  async #startAgain(): Promise<void> {
    for (let delay = 50; ; delay = Math.min(delay * 2, LONGEST)) {
      try {
        return void (await this.start());
      } catch (error) {
        if (this.seq === undefined || !(error instanceof ConnectionLost)) throw error;
      }
      await new Promise((after) => setTimeout(after, delay));
    }
  }

  async #leave(): Promise<void> {
    const subscription = this.#subscription;
    if (subscription === undefined) return;
    this.#subscription = undefined;
    this.#feeds.remove(subscription);
    await this.#client.event.unsubscribe({ subscription }).catch((error: unknown) => {
      if (!(error instanceof ConnectionLost)) throw error;
    });
  }
}
