// What Node and browsers have in common.
export { Client, type Heard, type Open, type Wire } from "./client.js";
export type { Options } from "./calls.js";
export { ConnectionLost, RpcError } from "./errors.js";
export { EventStream, type EventOptions } from "./events.js";
export type * from "./types.js";
