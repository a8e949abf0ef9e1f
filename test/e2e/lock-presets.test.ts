import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../util/temporary.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function lock(...args: string[]): Promise<{ exitCode: number | undefined; said: string[] }> {
  const script = path.join(root, 'scripts/lock-presets.mjs');
  const { exitCode, stderr } = await execa(process.execPath, [script, ...args], { reject: false, cwd: root });
  return { exitCode, said: stderr === '' ? [] : stderr.split('\n') };
}

/** A copy of the presets with a change. */
function changed(file: string, from: string, to: string): string {
  const folder = path.join(temporaryFolder({}), 'presets');
  cpSync(path.join(root, 'presets'), folder, { recursive: true });
  const name = path.join(folder, file);
  const text = readFileSync(name, 'utf8');
  expect(text).toContain(from);
  writeFileSync(name, text.replace(from, to));
  return folder;
}

const versions = (folder: string) => JSON.parse(readFileSync(path.join(folder, 'versions.json'), 'utf8'));

const BANDWIDTH = 'bandwidth: { value: 1 GB/s';
const version = () =>
  Number(/^version: (\d+)$/m.exec(readFileSync(path.join(root, 'presets/edge/eyeriss.yaml'), 'utf8'))?.[1]);

describe('a number that changes', () => {
  test('without a new version is refused, and nothing is written', async () => {
    const folder = changed('edge/eyeriss.yaml', BANDWIDTH, 'bandwidth: { value: 1.1 GB/s');
    const before = versions(folder);
    const said = [
      `edge/eyeriss: its numbers have changed, but its version is still ${version()}: raise \`version\` in the file`,
    ];
    expect(await lock('--check', '--presets', folder)).toEqual({ exitCode: 1, said });
    expect(await lock('--presets', folder)).toEqual({ exitCode: 1, said });
    expect(versions(folder)).toEqual(before);
    expect(await lock('--force', '--presets', folder)).toEqual({ exitCode: 0, said: [] });
    expect(versions(folder).edge.eyeriss).toEqual({
      version: version(),
      sha256: expect.not.stringContaining(before.edge.eyeriss.sha256),
    });
    expect(await lock('--check', '--presets', folder)).toEqual({ exitCode: 0, said: [] });
  });
  test('under a new version is locked again', async () => {
    const folder = changed('edge/eyeriss.yaml', BANDWIDTH, 'bandwidth: { value: 1.1 GB/s');
    const file = path.join(folder, 'edge/eyeriss.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^version: \d+$/m, `version: ${version() + 1}`));
    const { exitCode, said } = await lock('--check', '--presets', folder);
    expect([exitCode, said]).toEqual([
      1,
      [expect.stringMatching(/^edge\/eyeriss: version \d+ is newer than \d+ in versions.json/)],
    ]);
    expect(await lock('--presets', folder)).toEqual({ exitCode: 0, said: [] });
    expect(versions(folder).edge.eyeriss.version).toBe(version() + 1);
  });
  test('the same number in other units, another source or another title is no change', async () => {
    const folder = changed('edge/eyeriss.yaml', BANDWIDTH, 'bandwidth: { value: 1000 MB/s');
    const file = path.join(folder, 'edge/eyeriss.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replace('title: Eyeriss', 'title: The Eyeriss chip')
        .replace(/source: "Auto-Split/, 'source: "see Auto-Split'),
    );
    expect(await lock('--check', '--presets', folder)).toEqual({ exitCode: 0, said: [] });
  });
});

test('a version that falls, a preset that is new and one that is gone are told', async () => {
  const folder = changed('edge/eyeriss.yaml', `version: ${version()}`, 'version: 1');
  cpSync(path.join(folder, 'network/3g.yaml'), path.join(folder, 'network/other.yaml'));
  const other = path.join(folder, 'network/other.yaml');
  writeFileSync(
    other,
    readFileSync(other, 'utf8')
      .replace('name: 3g', 'name: other')
      .replace(/^aliases:.*\n/m, ''),
  );
  rmSync(path.join(folder, 'cloud/tpu-v1.yaml'));
  const { exitCode, said } = await lock('--check', '--presets', folder);
  expect(exitCode).toBe(1);
  expect(said).toEqual([
    `edge/eyeriss: version 1 is lower than ${version()}, which is locked`,
    'network/other: it is not in versions.json; run npm run presets:lock',
    'cloud/tpu-v1: it is in versions.json, but there is no such preset; run npm run presets:lock',
  ]);
});
