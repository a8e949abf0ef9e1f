import type { EdgeErrorCode, EdgeError as Failure } from './edge/api.js';

/** What the edge side throws; `message` says what to do. */
export class EdgeError extends Error implements Failure {
  override readonly name = 'EdgeError';
  readonly code: EdgeErrorCode;
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
