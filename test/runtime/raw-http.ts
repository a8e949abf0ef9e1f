/** HTTP over a bare socket: requests that no well-behaved client sends, and answers read without one. */

import { connect } from 'node:net';
import { PATIENCE } from '../patience.js';

export interface RawRequest {
  method: string;
  path: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** The bytes of a request; a content length is added where the request names neither that nor a transfer encoding. */
export function requestBytes({ method, path, headers, body }: RawRequest): Buffer {
  const hasLength = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const lines = [`${method} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  if (!hasLength && body.length > 0) lines.push(`content-length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/**
 * Sends bytes and gives all that comes back until the server closes; rejects where it never does.
 * @param patience milliseconds without an answer after which the sending side is ended, for requests that may be
 * incomplete. Without it, the sending side ends with the answer: Node drops a request whose sender has ended before.
 */
export function exchange(port: number, bytes: Uint8Array, patience?: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    const enough = patience === undefined ? undefined : setTimeout(() => socket.end(), patience);
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error('the server neither answers nor closes')));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (patience === undefined) socket.end();
    });
    // A server that refuses early may close while the body is still on its way: what it said before counts.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => {
      clearTimeout(enough);
      resolve(Buffer.concat(chunks));
    });
    socket.write(bytes);
  });
}

/** Answers in what a server sent. Throws where it is not HTTP. */
export function parseAnswers(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n');
    const [line, ...fields] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]);
    if (end < 0 || !status) throw new Error(`not an HTTP answer: ${line.slice(0, 200)}`);
    const headers = new Map(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 1).trim(),
      ]),
    );
    const length = Number(headers.get('content-length') ?? 0);
    if (status !== 100) answers.push({ status, headers, body: rest.subarray(end + 4, end + 4 + length).toString() });
    rest = rest.subarray(end + 4 + length);
  }
  return answers;
}
