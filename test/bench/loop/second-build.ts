import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { NETWORKS, writeProject } from '../../networks/networks.js';

/** Seconds of two builds as a user starts them: with an empty cache, and again with another uplink. */
export interface SecondBuild {
  network: string;
  firstSeconds: number;
  secondSeconds: number;
  ratio: number;
  holds: boolean;
}

const MOST = 0.2;

export async function secondBuild(name: string): Promise<SecondBuild> {
  const project = await writeProject(NETWORKS[name], { network: { preset: '3g', uplink: '3 Mbps' } });
  const cache = await mkdtemp(path.join(tmpdir(), 'autosplit-cache-'));
  try {
    const firstSeconds = await timed(project, cache);
    const file = path.join(project, 'autosplit.config.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('3 Mbps', '1 Mbps'));
    const secondSeconds = await timed(project, cache);
    const ratio = secondSeconds / firstSeconds;
    return { network: name, firstSeconds, secondSeconds, ratio, holds: ratio <= MOST };
  } finally {
    await rm(project, { recursive: true, force: true });
    await rm(cache, { recursive: true, force: true });
  }
}

async function timed(project: string, cache: string): Promise<number> {
  const started = performance.now();
  await execa(process.execPath, [path.resolve('dist/cli.js'), 'build', '--cwd', project, '--quiet', '--json'], {
    env: { AUTOSPLIT_CACHE: cache },
  });
  return (performance.now() - started) / 1000;
}
