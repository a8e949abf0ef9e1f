/** Every code an {@link EdgeError} can carry. */
export type EdgeErrorCode =
  /** An input is missing, unknown, or of the wrong type or length. */
  | 'INPUT'
  /** The bundle is broken: a file is missing, too short, or does not fit its split. */
  | 'BUNDLE'
  /** An option of `createEdge` is wrong or missing. */
  | 'OPTIONS'
  /** No connection to the cloud side. */
  | 'UNREACHABLE'
  /** The cloud side did not answer in time. */
  | 'TIMEOUT'
  /** The token is missing or wrong. */
  | 'UNAUTHORIZED'
  /** The cloud side was generated from another split. */
  | 'DIGEST'
  /** The cloud side has too many requests waiting. */
  | 'BUSY'
  /** The cloud side refused the request or failed. */
  | 'SERVER'
  /** `close()` was called, or the caller's signal was aborted. */
  | 'CLOSED';

/** What the edge side throws; `message` says what to do. */
export class EdgeError extends Error {
  override readonly name = 'EdgeError';
  readonly code: EdgeErrorCode;
  /** HTTP status, where the cloud side answered. */
  readonly status: number | undefined;

  constructor(code: EdgeErrorCode, message: string, options: { cause?: unknown; status?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status;
  }
}

/** A request that the cloud side answers with an HTTP status and `{ "error": message }`. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
