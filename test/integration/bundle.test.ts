import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edgeTypes } from '../../src/runtime/edge/edge-types.js';
import { embedSpec } from '../../src/runtime/embed.js';
import type { SplitSpec } from '../../src/runtime/spec.js';
import { PATIENCE } from '../patience.js';
import {
  exampleInputs,
  expected,
  imageModelFile,
  imageSpec,
  splitFiles,
  splitSpec,
  writeBundle,
} from '../runtime/fixture.js';
import { smallNetwork } from '../shared.js';
import { noLinux } from '../skips/platform.js';
import { unless } from '../skips/unless.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const resolver = ['--import', pathToFileURL(join(root, 'dist/verify-resolve.mjs')).href];
let folder: string;

beforeAll(async () => {
  folder = await writeBundle(splitSpec, splitFiles());
});
afterAll(() => rm(folder, { recursive: true }));

function startServer(args: string[] = [], env: Record<string, string> = {}, at = folder) {
  return execa(process.execPath, [...resolver, join(at, 'cloud/server.mjs'), '--port', '0', ...args], {
    env: { AUTOSPLIT_TOKEN: undefined, ...env },
    reject: false,
    timeout: PATIENCE,
  });
}

async function listening(server: ReturnType<typeof startServer>): Promise<string> {
  const [line] = (
    await new Promise<string>((resolve, reject) => {
      server.stdout.once('data', (data) => resolve(String(data)));
      server.then((result) => reject(new Error(result.stderr)));
    })
  ).split('\n');
  return line.replace(/^listening on /, '');
}

/** Runs code beside a bundle and returns what it prints as JSON. */
async function run(at: string, code: string): Promise<unknown> {
  await writeFile(join(at, 'main.mjs'), code);
  const { stdout } = await execa(process.execPath, [...resolver, join(at, 'main.mjs')], { timeout: PATIENCE });
  return JSON.parse(stdout);
}

test('a bundle works as the documentation shows it, and the server ends on SIGTERM', async () => {
  const server = startServer(['--threads', '1'], { AUTOSPLIT_TOKEN: 'secret' });
  const cloud = await listening(server);
  expect(cloud).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const inputs = exampleInputs();
  const printed = await run(
    folder,
    `import { createEdge, EdgeError } from './edge/edge.mjs';
    const inputs = { x: Float32Array.from(${JSON.stringify([...inputs.x])}), mask: Uint8Array.from(${JSON.stringify([...inputs.mask])}) };
    const edge = await createEdge({ cloud: '${cloud}', token: 'secret' });
    const { outputs, timings } = await edge.infer(inputs);
    const stranger = await createEdge({ cloud: '${cloud}', token: 'guess' });
    const error = await stranger.infer(inputs).catch((error) => error);
    await Promise.all([edge.close(), stranger.close()]);
    console.log(JSON.stringify({ y: [...outputs.y], best: [...outputs.best].map(Number), timings: Object.keys(timings), positive: timings.cloud > 0,
      error: [error instanceof EdgeError, error.code], name: edge.metadata.name }));`,
  );
  const right = expected(inputs);
  expect(printed).toEqual({
    y: [...right.y],
    best: Array.from(right.best, Number),
    timings: ['edge', 'encode', 'transfer', 'cloud', 'decode', 'total'],
    positive: true,
    error: [true, 'UNAUTHORIZED'],
    name: 'default',
  });
  server.kill('SIGTERM');
  expect(await server).toMatchObject({ exitCode: 0, stdout: `listening on ${cloud}`, stderr: '' });
});

test('neither side lets onnxruntime report home', unless(noLinux), async () => {
  const home = await mkdtemp(join(tmpdir(), 'autosplit-home-'));
  const env = { HOME: home, XDG_CACHE_HOME: home, TMPDIR: home, ORT_DISABLE_TELEMETRY: undefined };
  const server = startServer(['--threads', '1'], env as unknown as Record<string, string>);
  const cloud = await listening(server);
  const code = `import { createEdge } from './edge/edge.mjs';
    const edge = await createEdge({ cloud: '${cloud}' });
    await edge.encode({ x: new Float32Array(40), mask: new Uint8Array(40) });
    await edge.close();`;
  await writeFile(join(folder, 'quiet.mjs'), code);
  await execa(process.execPath, [...resolver, join(folder, 'quiet.mjs')], { env, timeout: PATIENCE });
  server.kill('SIGTERM');
  await server;
  // It would keep an identifier of the device and a database of events.
  expect(await readdir(home)).toEqual([]);
  await rm(home, { recursive: true });
});

test.each<[string[], Record<string, string>, RegExp]>([
  [['--host', '0.0.0.0'], {}, /refusing to listen on 0\.0\.0\.0 without a token: set AUTOSPLIT_TOKEN/],
  [['--host', '::'], { AUTOSPLIT_TOKEN: '' }, /without a token/],
  [['--port', '70000'], {}, /--port must be a whole number up to 65535/],
  [['--threads', 'all'], {}, /--threads must be a whole number/],
  [[], { AUTOSPLIT_THREADS: '2.5' }, /--threads must be a whole number/],
  [['--prot', '1'], {}, /'--prot'/],
])('server.mjs %j %j ends with 2', async (args, env, message) => {
  const { exitCode, stdout, stderr } = await startServer(args, env);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test('both sides start with the threads that were planned, as far as there are so many', async () => {
  const cores = availableParallelism();
  const { edge, cloud } = splitSpec;
  if (!edge || !cloud) throw new Error('the split has both sides');
  const at = await writeBundle(
    { ...splitSpec, edge: { ...edge, threads: 1000 }, cloud: { ...cloud, threads: 1000 } },
    splitFiles(),
  );
  const server = startServer([], {}, at);
  const address = await listening(server);
  server.kill('SIGTERM');
  expect((await server).stderr).toContain(`${cores} threads: the plan assumes 1000`);
  const told = startServer([], { AUTOSPLIT_THREADS: '1' }, at);
  await listening(told);
  told.kill('SIGTERM');
  expect((await told).stderr).toBe('');
  if (process.platform !== 'linux') return;
  // Threads of the process beside those that one edge side with a single thread has.
  const more = await run(
    at,
    `import { readdirSync } from 'node:fs';
    import { createEdge } from './edge/edge.mjs';
    const count = () => readdirSync('/proc/self/task').length;
    await createEdge({ cloud: '${address}', threads: 1 });
    const one = count();
    await createEdge({ cloud: '${address}' });
    console.log(count() - one);
    process.exit(0);`,
  );
  expect(more).toBe(cores - 1);
  await rm(at, { recursive: true });
});

test('beyond loopback with a token it listens', async () => {
  const server = startServer(['--host', '0.0.0.0'], { AUTOSPLIT_TOKEN: 'secret' });
  const { port } = new URL(await listening(server));
  expect((await fetch(`http://127.0.0.1:${port}/v2/models/default`)).status).toBe(401);
  server.kill('SIGINT');
  expect((await server).exitCode).toBe(0);
});

test('PNG reaches the cloud model code by code, from a side that needs no onnxruntime', async () => {
  const spec = imageSpec('png', 3);
  const at = await writeBundle(spec, { cloud: { 'model.onnx': imageModelFile(3) } });
  const server = startServer([], {}, at);
  const cloud = await listening(server);
  const codes = await run(
    at,
    `import { createEdge } from './edge/edge.mjs';
    const edge = await createEdge({ cloud: '${cloud}' });
    const image = Float32Array.from({ length: 1152 }, (_, i) => 0.5 * ((i * 7) % 256 - 10));
    console.log(JSON.stringify([...(await edge.infer({ image })).outputs.codes]));`,
  );
  expect(codes).toEqual(Array.from({ length: 1152 }, (_, i) => (i * 7) % 256));
  server.kill();
  await server;
  await rm(at, { recursive: true });
});

test('a whole network in the cloud gives what it gives here', async () => {
  const model = await readFile(smallNetwork('classifier'));
  const spec: SplitSpec = {
    ...imageSpec('deflate', 1),
    name: 'classifier',
    inputs: [{ name: 'image', dtype: 'float32', shape: [1, 3, 32, 32] }],
    outputs: [{ name: 'logits', dtype: 'float32', shape: [1, 10] }],
    wire: [
      {
        name: 'image',
        dtype: 'float32',
        shape: [1, 3, 32, 32],
        bits: 32,
        encoding: 'deflate',
        packedBytes: 4 * 3072,
        source: { kind: 'input' },
      },
    ],
    cloudOutputs: ['logits'],
  };
  const at = await writeBundle(spec, { cloud: { 'model.onnx': model } });
  const server = startServer(['--threads', '1'], {}, at);
  const cloud = await listening(server);
  const pixels = Float32Array.from({ length: 3072 }, (_, i) => Math.fround(Math.sin(i)));
  const printed = await run(
    at,
    `import { createEdge } from './edge/edge.mjs';
    const edge = await createEdge({ cloud: '${cloud}' });
    const { outputs } = await edge.infer({ image: Float32Array.from(${JSON.stringify([...pixels])}) });
    console.log(JSON.stringify([...outputs.logits]));`,
  );
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const here = await session.run({ image: new ort.Tensor('float32', pixels, [1, 3, 32, 32]) });
  expect(printed).toEqual([...(here.logits.data as Float32Array)]);
  server.kill();
  await server;
  await rm(at, { recursive: true });
});

test('the compiled runtime takes any split, once', () => {
  const tricky = { ...splitSpec, name: '$& $1 $` \u2028 ` \' " __proto__' };
  expect(embedSpec('a __AUTOSPLIT_SPEC__ b', tricky)).toBe(`a ${JSON.stringify(tricky, null, 2)} b`);
  expect(() => embedSpec('none', splitSpec)).toThrow(/0 times/);
  expect(() => embedSpec('__AUTOSPLIT_SPEC__ __AUTOSPLIT_SPEC__', splitSpec)).toThrow(/2 times/);
});

test('the declarations hold for users: right calls compile, wrong ones do not', async () => {
  await writeFile(join(folder, 'edge/edge.d.mts'), edgeTypes(splitSpec, 'node'));
  await writeFile(
    join(folder, 'use.mts'),
    `import { createEdge, EdgeError } from './edge/edge.mjs';
    const edge = await createEdge({ cloud: 'http://127.0.0.1:8080' });
    const x = new Float32Array(40);
    const mask = new Uint8Array(40);
    const { outputs, timings } = await edge.infer({ x: { data: x, dims: [1, 2, 5, 4] }, mask });
    export const y: Float32Array = outputs.y;
    export const best: BigInt64Array = outputs.best;
    export const total: number = timings.total;
    export const code = (error: unknown) => error instanceof EdgeError && error.code === 'BUSY';
    // @ts-expect-error an input is missing
    await edge.infer({ x });
    // @ts-expect-error another type of array
    await edge.infer({ x: new Float64Array(40), mask });
    // @ts-expect-error no such output
    outputs.z;
    // @ts-expect-error the cloud side is needed
    await createEdge({});
    `,
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const flags = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--lib',
    'es2022,dom',
    '--types',
    '',
  ];
  const { stdout, exitCode } = await execa(process.execPath, [tsc, ...flags, join(folder, 'use.mts')], {
    reject: false,
    cwd: folder,
  });
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
});
