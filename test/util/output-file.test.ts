import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOutputFile, writeOutputFile } from '../../src/util/output-file.js';
import { unless } from '../skips/unless.js';
import { temporaryFolder } from './temporary.js';

describe('an output file', () => {
  it('is written with its folders, and nothing else', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a/b/preset.yaml');
    await checkOutputFile(file, false);
    await writeOutputFile(file, 'one');
    await writeOutputFile(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(readdirSync(path.dirname(file))).toEqual(['preset.yaml']);
  });

  it('that is there already may be replaced only where asked', async () => {
    const file = path.join(temporaryFolder({ 'preset.yaml': 'mine' }), 'preset.yaml');
    await expect(checkOutputFile(file, false)).rejects.toMatchObject({
      code: 'OUTPUT_UNSAFE',
      hint: expect.stringContaining('--force'),
    });
    await checkOutputFile(file, true);
  });

  it('is no folder and no link', async () => {
    const folder = temporaryFolder({ target: 'x' });
    mkdirSync(path.join(folder, 'inner'));
    symlinkSync(path.join(folder, 'target'), path.join(folder, 'link'));
    for (const name of ['inner', 'link'])
      await expect(checkOutputFile(path.join(folder, name), true)).rejects.toMatchObject({ code: 'OUTPUT_UNSAFE' });
  });

  it('below a file, or where nobody may write, is refused before any work and after it', async () => {
    const folder = temporaryFolder({ plain: 'x' });
    const below = path.join(folder, 'plain/preset.yaml');
    await expect(checkOutputFile(below, false)).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
    await expect(writeOutputFile(below, 'text')).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
    expect(readdirSync(folder)).toEqual(['plain']);
  });

  const noLocks =
    process.platform === 'win32'
      ? 'folders of Windows have no mode'
      : process.getuid?.() === 0
        ? 'root may write everywhere'
        : undefined;

  it('in a locked folder is refused', unless(noLocks), async () => {
    const folder = temporaryFolder();
    const locked = path.join(folder, 'locked');
    mkdirSync(locked);
    writeFileSync(path.join(locked, 'x'), '');
    chmodSync(locked, 0o500);
    await expect(checkOutputFile(path.join(locked, 'preset.yaml'), false)).rejects.toMatchObject({
      code: 'OUTPUT_FAILED',
    });
    chmodSync(locked, 0o700);
  });
});
