import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { scratch } from './project.js';

/** What an application gets of one inference: outputs by name, seconds by stage. */
export interface Inferred {
  outputs: Record<string, number[]>;
  timings: Record<string, number>;
}

/** Where a server says that it listens. */
const address = (server: ResultPromise) =>
  new Promise<string>((resolve, reject) => {
    let said = '';
    server.stdout?.on('data', (chunk) => {
      said += chunk;
      const found = /^listening on (\S+)$/m.exec(said)?.[1];
      if (found) resolve(found);
    });
    server.then(({ stderr }) => reject(new Error(`the server ended: ${stderr}`)), reject);
  });

/**
 * Runs both sides of the bundle in `folder`/autosplit as users do: the server as one process, the edge side in an
 * application of its own.
 * @param inputs float32 values of each sample by input
 */
export async function deployed(
  folder: string,
  inputs: readonly Record<string, readonly number[]>[],
): Promise<Inferred[]> {
  const halves = readdirSync(path.join(folder, 'autosplit'));
  const env = { AUTOSPLIT_TOKEN: undefined, ORT_DISABLE_TELEMETRY: '1' };
  const server = halves.includes('cloud')
    ? execa('node', [path.join(folder, 'autosplit/cloud/server.mjs'), '--port', '0'], { env, reject: false })
    : undefined;
  try {
    const cloud = server ? await address(server) : '';
    const file = path.join(scratch(), 'inputs.json');
    writeFileSync(file, JSON.stringify(inputs));
    const script = fileURLToPath(new URL('infer.mjs', import.meta.url));
    const { stdout } = await execa('node', [script, path.join(folder, 'autosplit/edge/edge.mjs'), cloud, file], {
      env,
    });
    return JSON.parse(stdout);
  } finally {
    server?.kill();
    await server;
  }
}
