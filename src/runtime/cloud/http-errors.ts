import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyHttpOptions, FastifyReply } from 'fastify';

/** HTTP status by error code of Node's parser; 400 for all others. */
const STATUS: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };
const TEXT: Record<number, string> = {
  400: 'the request is no valid HTTP',
  408: 'the request took too long',
  431: 'the headers are too long',
};

/** fastify options that give requests refused before routing an error body of the protocol. */
export const transportErrors = {
  // A request without a host reaches the hooks, which refuse it; Node would answer without a body.
  http: { requireHostHeader: false },
  frameworkErrors: (error: FastifyError, _request: unknown, reply: FastifyReply) => {
    reply.code(error.statusCode ?? 400).send({ error: 'the path is not valid' });
  },
  clientErrorHandler: refuseOnSocket,
} satisfies FastifyHttpOptions<Server>;

/** Answers `Expect` headers that are not understood; Node would answer them without a body. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request, response) => {
    const body = JSON.stringify({ error: 'Expect must be 100-continue' });
    response
      .writeHead(417, { 'content-type': 'application/json', 'content-length': body.length, connection: 'close' })
      .end(body);
  });
}

function refuseOnSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = STATUS[error.code ?? ''] ?? 400;
  const body = JSON.stringify({ error: TEXT[status] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\nconnection: close\r\n\r\n${body}`);
  else socket.destroy();
}
