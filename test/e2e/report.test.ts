import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { autosplit, built, configure, copyOf, type ErrorDocument, json, project, root, UNLABELLED } from './project.js';

interface Summary {
  version: 1;
  build: string;
  output: string;
  plan: { latency: { total: number } };
  verification: { samples: number };
  changes?: {
    reference: string;
    figures: { name: string; before: number | null; after: number | null }[];
    inputs: string[];
  };
}

const git = (cwd: string, ...args: string[]) =>
  execa('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], { cwd });

/** A project in a repository: first commit at 1 Mbps, second one at 2 Mbps. */
let original: string;
beforeAll(async () => {
  original = project({ ...UNLABELLED, network: { uplink: '1 Mbps' } });
  writeFileSync(path.join(original, '.gitignore'), 'node_modules\n');
  await git(original, 'init', '-q', '-b', 'main');
  await git(original, 'commit', '-q', '--allow-empty', '-m', 'nothing yet');
  await built(original);
  await git(original, 'add', '.');
  await git(original, 'commit', '-q', '-m', 'slow');
  configure(original, { network: { uplink: '2 Mbps' } });
  await built(original);
  await git(original, 'commit', '-q', '-am', 'faster');
});

describe('report', () => {
  test('is a summary as Markdown, without computing anything again', async () => {
    const { stdout, stderr, exitCode } = await autosplit(original, ['report']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^### autosplit: split of `model\.onnx`\n\n\d+ of 21 layers run on the edge/);
    expect(stdout).toContain('| **autosplit** |');
    expect(stdout.length).toBeLessThan(4000);
  });

  test('says what changed since a commit, by any of its names', async () => {
    for (const reference of ['HEAD~1', 'main^']) {
      const { stdout, exitCode } = await autosplit(original, ['report', '--against', reference]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`| | \`${reference}\` | now | |`);
      expect(stdout).toMatch(/^\| latency \| [\d.]+ ms \| [\d.]+ ms \| −[\d.]+ % \|$/m);
      expect(stdout).toContain('- `presets.network.uplink: 1000000 -> 2000000`');
    }
    expect((await autosplit(original, ['report', '--against', 'HEAD'])).stdout).toContain(
      'Nothing has changed since `HEAD`.',
    );
  });

  test('is a document that keeps to its schema', async () => {
    const { document, exitCode } = await json<Summary>(original, ['report', '--against', 'HEAD~1']);
    expect(exitCode).toBe(0);
    const schema = JSON.parse(readFileSync(path.join(root, 'schemas/report.schema.json'), 'utf8'));
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    expect(ajv.validate(schema, document), ajv.errorsText()).toBe(true);
    const manifest = JSON.parse(readFileSync(path.join(original, 'autosplit/split-manifest.json'), 'utf8'));
    expect(document).toMatchObject({
      version: 1,
      build: 'default',
      output: 'autosplit',
      verification: manifest.verification,
    });
    expect(document.plan).toEqual(manifest.plan);
    const latency = document.changes?.figures.find(({ name }) => name === 'latency');
    expect(latency?.after).toBe(document.plan.latency.total);
    expect(latency?.before).toBeGreaterThan(document.plan.latency.total);
  });

  test('is the committed page, drawn again, and with --against what changed', async () => {
    const committed = readFileSync(path.join(original, 'autosplit/report.html'), 'utf8');
    const plain = await autosplit(original, ['report', '--format', 'html', '-o', 'again.html']);
    expect([plain.exitCode, plain.stdout]).toEqual([0, '']);
    expect(readFileSync(path.join(original, 'again.html'), 'utf8') === committed).toBe(true);
    const { stdout } = await autosplit(original, ['report', '--format', 'html', '--against', 'HEAD~1']);
    expect(stdout).toContain('<h2 id="changes-title">Since HEAD~1</h2>');
    expect(committed).not.toContain('changes-title');
  });

  test('is covered by check', async () => {
    const folder = copyOf(original);
    const file = path.join(folder, 'autosplit/report.html');
    writeFileSync(file, readFileSync(file, 'utf8').replace('layers', 'Layers'));
    const { document } = await json<{ changes: string[] }>(folder, ['check']);
    expect(document.changes).toEqual(['bundle: report.html has changed']);
  });

  test.each<[string, string[], number, string, RegExp]>([
    ['a commit that is not there', ['--against', 'nowhere'], 2, 'GIT_FAILED', /git knows no commit `nowhere`/],
    ['a commit that is an option', ['--against=--all'], 2, 'GIT_FAILED', /git knows no commit `--all`/],
    [
      'a commit without a bundle',
      ['--against', 'HEAD~2'],
      1,
      'BUNDLE_MISSING',
      /there is no bundle at HEAD~2:autosplit\/split-manifest\.json/,
    ],
    ['a format that is not there', ['--format', 'pdf'], 2, 'USAGE', /pdf/],
  ])('refuses %s', async (_, args, code, name, message) => {
    const { document, exitCode } = await json<ErrorDocument>(original, ['report', ...args]);
    expect(exitCode).toBe(code);
    expect(document.error.code).toBe(name);
    expect(document.error.message).toMatch(message);
  });

  test('refuses where there is no repository, and where there is no bundle', async () => {
    const folder = copyOf(original);
    await execa('rm', ['-rf', path.join(folder, '.git')]);
    const outside = await json<ErrorDocument>(folder, ['report', '--against', 'main']);
    expect(outside).toMatchObject({ exitCode: 2, document: { error: { code: 'GIT_FAILED' } } });
    await execa('rm', ['-rf', path.join(folder, 'autosplit')]);
    const empty = await json<ErrorDocument>(folder, ['report']);
    expect(empty).toMatchObject({ exitCode: 1, document: { error: { code: 'BUNDLE_MISSING' } } });
  });
});

describe('of several builds', () => {
  test('summaries follow each other, and a page is of one build', async () => {
    const folder = project({
      ...UNLABELLED,
      builds: { slow: { network: { uplink: '1 Mbps' } }, local: { split: 'edge-only', edge: { memory: '4 MB' } } },
    });
    await built(folder);
    const { stdout } = await autosplit(folder, ['report']);
    expect([...stdout.matchAll(/^### autosplit: split of `(\w+)` of/gm)].map(([, name]) => name)).toEqual([
      'slow',
      'local',
    ]);
    const { document, exitCode } = await json<ErrorDocument>(folder, ['report', '--format', 'html']);
    expect([exitCode, document.error.code]).toEqual([2, 'USAGE']);
    expect((await autosplit(folder, ['report', '--format', 'html', '--build', 'local'])).stdout).toMatch(
      /All 21.layers run on the edge/,
    );
  });
});
