// What can go wrong.
import type { ErrorKind } from "./types.js";

/** The daemon's answer is an error: `code` and `kind` name it; `what` happened, `why`, and how to `fix` it. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  /** With the facts of its kind. */
  readonly data: Record<string, unknown>;

  constructor(error: { code: number; message: string; data?: unknown }) {
    super(error.message);
    this.code = error.code;
    this.data = (error.data ?? {}) as Record<string, unknown>;
  }

  get kind(): ErrorKind | "" {
    return String(this.data["kind"] ?? "") as ErrorKind | "";
  }

  get what(): string {
    return String(this.data["what"] ?? this.message);
  }

  get why(): string {
    return String(this.data["why"] ?? "");
  }

  get fix(): string {
    return String(this.data["fix"] ?? "");
  }
}

/** The connection ended before the answer: what was asked may have happened. The next call connects again. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}
