import { readdir } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, inject, test } from 'vitest';
import { loadPreset } from '../../src/config/preset-load.js';
import { deflateBytes } from '../../src/runtime/codecs/deflate/gzip.js';
import { importEdge, sampleOf, startServer } from './halves.js';

const folder = inject('folder');

test('messageOverhead of the network presets is what a request with one tensor costs beside its codes', async () => {
  const server = await startServer(folder, 'planned', '');
  const link = await countingLink(Number(new URL(server.address).port));
  const { createEdge } = await importEdge(folder, 'planned');
  const edge = await createEdge({ cloud: `http://127.0.0.1:${link.port}` });
  const { name, shape } = edge.metadata.inputs[0];
  const input = { [name]: await sampleOf(folder, { name, dtype: 'float32', shape }, 0) };
  const [codes, ...others] = Object.values((await edge.encode(input)).payload);
  expect(others).toEqual([]);
  const { outputs } = await edge.infer(input);
  await edge.close();
  const up = link.up() - deflateBytes(codes).length;
  const down = link.down() - outputs.logits.byteLength;
  link.close();
  await server.stop();
  for (const file of await readdir('presets/network')) {
    const { preset, numbers } = loadPreset('network', file.replace('.yaml', ''));
    const { messageOverhead } = preset;
    // Links of a few bytes a second carry no HTTP: theirs is an estimate.
    if (!numbers.find(({ path }) => path === 'messageOverhead')?.source.startsWith('measured')) continue;
    // Lengths, ports, times and versions of Node take a digit or a header more or less.
    expect(Math.abs(up - messageOverhead)).toBeLessThan(40);
    expect(down).toBeLessThanOrEqual(messageOverhead);
  }
});

/** Passes a connection on to a port of this machine and counts what goes either way. */
async function countingLink(port: number) {
  let up = 0;
  let down = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const cloud = connect({ port, host: '127.0.0.1' });
    for (const socket of [client, cloud]) sockets.add(socket.on('error', () => socket.destroy()));
    client.on('data', (chunk) => {
      up += chunk.length;
    });
    cloud.on('data', (chunk) => {
      down += chunk.length;
    });
    client.pipe(cloud).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, up: () => up, down: () => down, close };
}
