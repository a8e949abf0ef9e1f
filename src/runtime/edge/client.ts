import { EdgeError } from '../errors.js';
import type { EncodedRequest } from '../wire/wire.js';

export interface ClientOptions {
  /** Address of the cloud side, e.g. `http://127.0.0.1:8080`; a path before `/v2` is kept. */
  cloud: string;
  token?: string;
  /** Seconds for one inference's request, retries included. */
  timeoutSeconds: number;
  /** See EdgeOptions in api.ts. */
  standard?: boolean;
  fetch: typeof fetch;
}

export interface Answer {
  body: Uint8Array;
  headers: Headers;
}

/** Browsers do not tell a page why a request failed. */
const PAGE_HINT =
  'location' in globalThis
    ? ': is it up, does its AUTOSPLIT_ORIGINS name the origin of this page, and connect-src of this page its address?'
    : '';

/**
 * Waits before the second, third and fourth attempt, in milliseconds. An inference has no side effects, so it may be
 * repeated.
 */
const BACKOFF = [50, 200, 800];

/**
 * Sends one inference and returns the body of the answer. Errors: EdgeError UNREACHABLE, TIMEOUT, UNAUTHORIZED, DIGEST,
 * BUSY, SERVER, CLOSED.
 */
export async function postInfer(
  model: string,
  request: EncodedRequest,
  options: ClientOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const url = `${options.cloud.replace(/\/+$/, '')}/v2/models/${encodeURIComponent(model)}/infer`;
  let isLate = false;
  const { controller, release } = derive(signal);
  const timer = setTimeout(() => {
    isLate = true;
    controller.abort();
  }, options.timeoutSeconds * 1000);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        return await attemptInfer(url, request, options, controller.signal);
      } catch (error) {
        if (isLate)
          throw new EdgeError('TIMEOUT', `${options.cloud} did not answer within ${options.timeoutSeconds} s`, {
            cause: error,
          });
        if (signal.aborted) throw new EdgeError('CLOSED', 'the inference was aborted', { cause: error });
        const mayPass = error instanceof EdgeError && (error.code === 'UNREACHABLE' || error.code === 'BUSY');
        if (!mayPass || attempt >= BACKOFF.length) throw error;
        await sleep(BACKOFF[attempt], controller.signal);
      }
    }
  } finally {
    clearTimeout(timer);
    release();
  }
}

/**
 * A controller that is aborted with `signal`. `release` removes its listener, so that a long-lived edge side does not
 * collect listeners.
 */
export function derive(signal: AbortSignal | undefined): { controller: AbortController; release: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  return { controller, release: () => signal?.removeEventListener('abort', abort) };
}

async function attemptInfer(
  url: string,
  { body, headers }: EncodedRequest,
  options: ClientOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const authorization: Record<string, string> =
    options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  let response: Response;
  let answer: Uint8Array;
  try {
    response = await options.fetch(url, {
      method: 'POST',
      body: body as Uint8Array<ArrayBuffer>,
      headers: { ...headers, ...authorization },
      // A redirect would send tensors and token to another server.
      redirect: 'error',
      signal,
    });
    answer = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new EdgeError('UNREACHABLE', `cannot reach the cloud side at ${options.cloud}${reason(cause)}${PAGE_HINT}`, {
      cause,
    });
  }
  if (!response.ok) throw refusal(response.status, answer, options);
  return { body: answer, headers: response.headers };
}

function refusal(status: number, body: Uint8Array, { cloud, token }: ClientOptions): EdgeError {
  const said = errorText(body);
  const ending = said === undefined ? '' : `: ${said}`;
  if (status === 401 || status === 403) {
    const advice = token === undefined ? 'asks for a token' : 'does not accept the token';
    return new EdgeError('UNAUTHORIZED', `${cloud} ${advice}${ending}`, { status });
  }
  if (status === 409)
    return new EdgeError('DIGEST', `${cloud} runs another split than this edge side${ending}`, { status });
  if (status === 503) return new EdgeError('BUSY', `${cloud} is busy${ending}`, { status });
  return new EdgeError('SERVER', `${cloud} answered ${status}${ending}`, { status });
}

/** The text of an OIP error body `{ "error": "..." }`. */
function errorText(body: Uint8Array): string | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof parsed === 'object' && parsed !== null && 'error' in parsed && typeof parsed.error === 'string')
      return parsed.error;
  } catch {
    // Not an answer of this protocol: the status is reported.
  }
  return undefined;
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (typeof code === 'string') return ` (${code})`;
  return cause instanceof Error ? ` (${cause.message})` : '';
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
