import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import sharp from 'sharp';
import wavefile from 'wavefile';
import { shared } from '../shared.js';

export const TOKEN = 'secret';
const SAMPLES = 3;

interface Port {
  name: string;
  dtype: string;
  shape: number[];
}

interface EdgeModule {
  createEdge(options: { cloud: string; token?: string; fetch?: typeof fetch; standard?: boolean }): Promise<{
    encode(inputs: Record<string, Float32Array>): Promise<{ payload: Record<string, Uint8Array> }>;
    infer(inputs: Record<string, Float32Array>): Promise<{ outputs: Record<string, ArrayBufferView> }>;
    close(): Promise<void>;
    metadata: { digest: string; inputs: Port[]; outputs: Port[] };
  }>;
}

export interface Server {
  /** `http://127.0.0.1:PORT` */
  address: string;
  stop(): Promise<{ exitCode?: number | undefined; stderr: string }>;
}

/** Starts the generated cloud half of a build; an empty token asks for none. */
export const startServer = (
  folder: string,
  build: string,
  token = TOKEN,
  env: Record<string, string> = {},
): Promise<Server> => startServerAt(path.join(folder, 'bundles', build, 'cloud/server.mjs'), token, env);

/** The same for a script somewhere else. */
export async function startServerAt(script: string, token: string, env: Record<string, string>): Promise<Server> {
  const options = { env: { AUTOSPLIT_TOKEN: token, ...env }, reject: false } as const;
  const server = execa(process.execPath, [script, '--port', '0', '--threads', '1'], options);
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout }).on('line', (line) => resolve(line.replace('listening on ', '')));
    server.then(({ stderr }) => reject(new Error(stderr)));
  });
  return {
    address,
    async stop() {
      server.kill('SIGTERM');
      const { exitCode, stderr } = await server;
      return { exitCode, stderr };
    },
  };
}

/**
 * Runs samples through the generated edge side against `server`, and writes what others are to reproduce:
 * `FOLDER/exchange/BUILD/N.json` with the inputs, the request as it was posted, and the outputs; the bytes of each in a
 * file of its own.
 */
export async function recordExchange(folder: string, build: string, server: Server): Promise<string> {
  const exchange = path.join(folder, 'exchange', build);
  await mkdir(exchange, { recursive: true });
  const { createEdge } = await importEdge(folder, build);
  let posted: RequestInit | undefined;
  const capture: typeof fetch = (url, init) => {
    posted = init;
    return fetch(url, init);
  };
  // Packed codes are what a model takes, and what any server of it does.
  const edge = await createEdge({ cloud: server.address, token: TOKEN, fetch: capture, standard: true });
  const { digest, inputs, outputs } = edge.metadata;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const data = await sampleOf(folder, inputs[0], sample);
    const result = await edge.infer({ [inputs[0].name]: data });
    const write = async (name: string, { buffer, byteOffset, byteLength }: ArrayBufferView) => {
      await writeFile(path.join(exchange, `${sample}.${name}`), new Uint8Array(buffer, byteOffset, byteLength));
      return `${sample}.${name}`;
    };
    const record = {
      digest,
      inputs: [{ ...inputs[0], file: await write('input', data) }],
      request: { file: await write('request', posted?.body as Uint8Array), headers: posted?.headers },
      outputs: await Promise.all(
        outputs.map(async (port, i) => ({ ...port, file: await write(`output${i}`, result.outputs[port.name]) })),
      ),
    };
    await writeFile(path.join(exchange, `${sample}.json`), JSON.stringify(record, null, 2));
  }
  await edge.close();
  return exchange;
}

/** The generated edge half of a build. */
export const importEdge = (folder: string, build: string): Promise<EdgeModule> =>
  import(pathToFileURL(path.join(folder, 'bundles', build, 'edge/edge.mjs')).href);

/** A plate as the network takes it, or a sound for networks that take sounds. */
export async function sampleOf(folder: string, { shape }: Port, sample: number): Promise<Float32Array> {
  const count = shape.reduce((a, b) => a * b, 1);
  if (shape.length < 4) return soundOf(sample);
  const files = (await readdir(path.join(folder, 'data/val'))).sort();
  const pixels = await sharp(await readFile(path.join(folder, 'data/val', files[sample * 7])))
    .raw()
    .toBuffer();
  return Float32Array.from(
    { length: count },
    (_, i) => (pixels[(i % (count / 3)) * 3 + Math.floor(i / (count / 3))] - 127.5) / 64,
  );
}

/** A clip of ../shared, in -1..1; not that of noise, of which eight bits keep little. */
async function soundOf(sample: number): Promise<Float32Array> {
  const clips = path.join(shared ?? '', 'data/audio');
  const files = (await readdir(clips)).filter((file) => file.endsWith('.wav') && !file.startsWith('noise')).sort();
  const wave = new wavefile.WaveFile(await readFile(path.join(clips, files[sample])));
  return Float32Array.from(wave.getSamples(false, Int16Array) as unknown as Int16Array, (value) => value / 32768);
}
