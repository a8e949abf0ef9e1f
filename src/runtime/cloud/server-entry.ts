import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { SplitSpec } from '../spec.js';
import { loadCloudModel } from './cloud-model.js';
import { parseOrigins } from './origins.js';
import { createServer, isLoopback } from './server.js';

/** Replaced by the split when a bundle is generated. */
declare const __AUTOSPLIT_SPEC__: SplitSpec;

const HELP = `node server.mjs [--host 127.0.0.1] [--port 8080] [--threads N]

Serves the cloud side over the Open Inference Protocol v2.

  --host     address to listen on; beyond this machine only with a token
  --port     0 takes any free port
  --threads  threads of one inference; by default what the plan assumes, as far as there are so many, else onnxruntime decides

  AUTOSPLIT_THREADS  (environment) as --threads
  AUTOSPLIT_TOKEN    (environment) bearer token that clients must send
  AUTOSPLIT_ORIGINS  (environment) origins of the pages that may ask, such as https://app.example,https://www.app.example
`;

/** Milliseconds that running requests have to finish after SIGTERM. */
const GRACE = 10_000;

try {
  await main(__AUTOSPLIT_SPEC__);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(spec: SplitSpec): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8080' },
      threads: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const port = wholeNumber('--port', values.port, 65535);
  const asked = values.threads ?? (process.env.AUTOSPLIT_THREADS || undefined);
  const threads = asked === undefined ? plannedThreads(spec) : wholeNumber('--threads', asked, 1024);
  const token = process.env.AUTOSPLIT_TOKEN || undefined;
  if (token === undefined && !isLoopback(values.host)) {
    throw new Error(`refusing to listen on ${values.host} without a token: set AUTOSPLIT_TOKEN`);
  }
  const origins = parseOrigins(process.env.AUTOSPLIT_ORIGINS ?? '');
  const model = await loadCloudModel(spec, new URL('./', import.meta.url), threads);
  const app = createServer(spec, model, { origins, ...(token !== undefined && { token }) });
  console.log(`listening on ${await app.listen({ host: values.host, port })}`);

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), GRACE).unref();
    app.close().catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Threads as planned, at most those of the machine (then with a note); 0 leaves it to onnxruntime. */
function plannedThreads({ cloud }: SplitSpec): number {
  const planned = cloud?.threads ?? 0;
  const available = availableParallelism();
  if (planned > available)
    console.error(`${available} threads: the plan assumes ${planned}, which this machine does not have`);
  return Math.min(planned, available);
}

function wholeNumber(option: string, text: string, limit: number): number {
  if (!/^\d+$/.test(text) || Number(text) > limit) throw new Error(`${option} must be a whole number up to ${limit}`);
  return Number(text);
}
