import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { targetPackages as packages } from '../docs/packages.js';
import { addFiles, temporaryFolder } from '../util/temporary.js';

/** The packages of docs/extending.md beside autosplit, as a project has them installed. */
function project(changed: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  addFiles(path.join(folder, 'node_modules'), { ...packages, ...changed });
  symlinkSync(path.resolve('.'), path.join(folder, 'node_modules/autosplit'), 'junction');
  return folder;
}

const runTests = (folder: string, name: string) =>
  execa(process.execPath, ['--test', '--test-reporter=tap', path.join('node_modules', name, 'index.test.js')], {
    cwd: folder,
    reject: false,
  });

describe('the tests of the docs, run by node:test', () => {
  test.each(['firmware', 'gateway'])('%s passes', async (target) => {
    const { exitCode, stdout } = await runTests(project(), `autosplit-target-${target}`);
    expect(stdout).toMatch(new RegExp(`^ok \\d+ - ${target}: computes several inputs and crossing tensors`, 'm'));
    expect(stdout).not.toMatch(/^not ok/m);
    expect(exitCode).toBe(0);
  });

  test('a gateway that answers something else does not', async () => {
    const file = 'autosplit-target-gateway/server.mjs';
    const server = packages[file].replace(
      'data: [...data].map(Number)',
      'data: [...data].map((value) => Number(value) + 1)',
    );
    const { exitCode, stdout } = await runTests(project({ [file]: server }), 'autosplit-target-gateway');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^not ok \d+ - gateway: computes several inputs and crossing tensors/m);
    expect(stdout).toMatch(/the cloud target gateway: .* output "\w+" differs by/);
  });
});
