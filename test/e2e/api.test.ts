import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type BuildResult, build, check, compare, type ProgressEvent, plan } from '../../src/index.js';
import { configure, json, project, UNLABELLED } from './project.js';

let folder: string;
let results: BuildResult[];
const events: ProgressEvent[] = [];
beforeAll(async () => {
  folder = project({ ...UNLABELLED, split: 'cloud-only' });
  results = await build({ cwd: folder, cache: false, onProgress: (event) => events.push(event) });
});

test('build writes what it says', () => {
  expect(results).toHaveLength(1);
  const [{ build: name, output, plan: document, verification, files }] = results;
  expect([name, output, document.decision]).toEqual(['default', path.join(folder, 'autosplit'), 'cloud-only']);
  expect(verification.samples).toBeGreaterThan(0);
  expect(files.map((file) => file.path)).toContain('split-manifest.json');
  for (const file of files) expect(existsSync(path.join(output, file.path))).toBe(true);
});

test('stages begin and end in turn', () => {
  const turns = events.filter(({ type }) => type !== 'progress').map(({ type, stage }) => [type, stage]);
  expect(turns.length).toBeGreaterThan(8);
  for (let i = 0; i < turns.length; i += 2)
    expect(turns.slice(i, i + 2)).toEqual([
      ['start', turns[i][1]],
      ['done', turns[i][1]],
    ]);
  expect(turns.at(-1)).toEqual(['done', 'Write the report']);
});

test('check says fresh, and then why not; overrides win over the config', async () => {
  expect(await check({ cwd: folder })).toEqual([
    { build: 'default', output: path.join(folder, 'autosplit'), fresh: true, changes: [] },
  ]);
  const [{ fresh, changes }] = await check({ cwd: folder, overrides: { deliver: 'cloud' } });
  expect([fresh, changes]).toEqual([false, ['config.deliver: "edge" -> "cloud"']]);
});

test('plan and compare give the documents of the command line', async () => {
  configure(folder, { split: 'auto' });
  const options = { cwd: folder, cache: false };
  const [document] = await plan(options);
  const [{ methods }] = await compare(options);
  expect(methods[0].name).toBe('autosplit');
  expect(methods[0].plan.latency.total).toBe(document.latency.total);
  expect(methods.map(({ name }) => name)).toContain('neurosurgeon');
});

test('compare looks along a range as --sweep does', async () => {
  const options = { cwd: folder, cache: false, sweep: 'uplink=1..10000Mbps:3' };
  const [{ sweep, methods }] = await compare(options);
  expect(methods[0].name).toBe('autosplit');
  expect(sweep?.points.map(({ value }) => value)).toEqual([1e6, 1e8, 1e10]);
  const { document } = await json(folder, ['compare', '--sweep', options.sweep]);
  expect({ sweep }).toEqual({ sweep: (document as { sweep: unknown }).sweep });
  // Where there is no plan, the range says from where on there is one.
  const overrides = { edge: { memory: '4 KiB' }, split: 'edge-only' } as const;
  const [refused] = await compare({ ...options, overrides, sweep: 'memory=4KiB..4MiB:3' });
  expect(refused.infeasible).toMatch(/edge\.memory/);
  expect(refused.sweep?.points.map(({ plan: found }) => found !== null)).toEqual([false, false, true]);
  await expect(compare({ ...options, overrides, sweep: undefined })).rejects.toMatchObject({ code: 'INFEASIBLE' });
  await expect(compare({ ...options, sweep: 'uplink=2..1' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('what is wrong is an AutosplitError', async () => {
  await expect(plan({ cwd: folder, config: 'none.yaml' })).rejects.toMatchObject({
    name: 'AutosplitError',
    code: 'CONFIG_NOT_FOUND',
  });
});
