import type { FastifyInstance } from 'fastify';
import { ProtocolError } from '../errors.js';
import { HEADER_LENGTH } from '../wire/oip.js';

/** Headers that the edge side sends, and those of an answer that it reads. */
const REQUEST_HEADERS = ['authorization', 'content-encoding', 'content-type', HEADER_LENGTH].join(', ');
const ANSWER_HEADERS = ['retry-after', 'server-timing', HEADER_LENGTH].join(', ');
/** Seconds for which a browser may remember a preflight. */
const PREFLIGHT_SECONDS = 600;

/**
 * Origins in a list separated by commas or spaces: `https://app.example`, with a port where it is not the default one.
 * Throws an Error naming what is no origin. `*` is refused: it would open a server on loopback to every page that its
 * user visits.
 */
export function parseOrigins(list: string): Set<string> {
  const origins = list.split(/[\s,]+/).filter((origin) => origin !== '');
  for (const origin of origins) {
    if (!URL.canParse(origin) || !/^https?:$/.test(new URL(origin).protocol) || new URL(origin).origin !== origin)
      throw new Error(`${origin} is not an origin such as https://app.example`);
  }
  return new Set(origins);
}

/**
 * Answers pages of the given origins only (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol); requests without
 * an origin are not from pages. Register it before the token check: a preflight carries no token.
 */
export function allowOrigins(app: FastifyInstance, origins: ReadonlySet<string>): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('vary', 'Origin');
    if (origin === undefined) return;
    if (!origins.has(origin))
      throw new ProtocolError(403, 'pages of this origin are not allowed: AUTOSPLIT_ORIGINS names those that are');
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', ANSWER_HEADERS);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    reply
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', REQUEST_HEADERS)
      .header('access-control-max-age', String(PREFLIGHT_SECONDS));
    return reply.code(204).send();
  });
}
