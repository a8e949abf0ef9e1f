import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { removeNow } from '../../src/util/exit.js';

/** Writes files with new names into a folder as fast as it can, for half a second or until the folder is gone. */
const WRITER = `
const { writeFileSync } = require('node:fs');
const until = Date.now() + 500;
console.log('begun');
try { for (let i = 0; Date.now() < until; i++) writeFileSync(process.argv[1] + '/' + i, 'x'); } catch {}
`;

test('a folder in which somebody still writes is removed', async () => {
  for (let round = 0; round < 5; round++) {
    const folder = mkdtempSync(path.join(tmpdir(), 'autosplit-exit-'));
    const writer = spawn(process.execPath, ['-e', WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => writer.stdout.once('data', resolve));
    await setTimeout(20);
    removeNow(folder);
    expect(existsSync(folder)).toBe(false);
    await new Promise((resolve) => (writer.exitCode === null ? writer.once('exit', resolve) : resolve(undefined)));
  }
});
