import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  commitFolder,
  discardFolder,
  extendFolder,
  type FileContent,
  recoverFolder,
  stageFolder,
} from '../../src/util/files.js';
import { addFiles, temporaryFolder } from './temporary.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Files of a bundle of this version, its manifest included. */
function bundle(version: string, names: readonly string[] = ['edge/model.onnx', 'README.md']): Map<string, Uint8Array> {
  const files = new Map(names.map((name) => [name, bytes(`${name} ${version}`)]));
  const manifest = { version, files: Object.fromEntries(names.map((name) => [name, '...'])) };
  return files.set('split-manifest.json', bytes(JSON.stringify(manifest)));
}

/** Every file below a folder with its text. */
function contents(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')]).sort());
}

const texts = (files: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...files].map(([name, content]) => [name, new TextDecoder().decode(content)]).sort());

/** Writes a folder and puts it in the place of `target`, as a build does. */
async function replaceFolder(target: string, files: ReadonlyMap<string, FileContent>): Promise<void> {
  const staged = await stageFolder(target, files);
  try {
    await commitFolder(staged, target);
  } catch (error) {
    await discardFolder(staged);
    throw error;
  }
}

test('writes a folder, then replaces it as a whole', async () => {
  const parent = temporaryFolder();
  const target = path.join(parent, 'out', 'autosplit');
  await replaceFolder(target, bundle('1', ['gone.txt', 'edge/model.onnx']));
  await replaceFolder(target, bundle('2'));
  expect(contents(target)).toEqual(texts(bundle('2')));
  expect(readdirSync(path.dirname(target))).toEqual(['autosplit']);
});

test('a staged folder takes more files, over those of the same name, and nothing outside of it', async () => {
  const target = path.join(temporaryFolder(), 'autosplit');
  const staged = await stageFolder(target, bundle('1'));
  await extendFolder(
    staged,
    new Map([
      ['README.md', bytes('other')],
      ['docs/report.html', bytes('new')],
    ]),
  );
  await commitFolder(staged, target);
  expect(contents(target)).toEqual({
    ...texts(bundle('1')),
    'README.md': 'other',
    [path.join('docs', 'report.html')]: 'new',
  });
  await expect(extendFolder(target, bundle('2'))).rejects.toThrow('is not a staged folder');
  const again = await stageFolder(path.join(temporaryFolder(), 'autosplit'), bundle('2'));
  await expect(extendFolder(again, new Map([['../out', bytes('')]]))).rejects.toThrow('not the name of a file');
  await discardFolder(again);
});

test('a staged folder is complete beside the target, which stays as it is until the commit', async () => {
  const parent = temporaryFolder();
  const target = path.join(parent, 'autosplit');
  await replaceFolder(target, bundle('1'));
  const staged = await stageFolder(target, bundle('2'));
  expect(path.basename(staged)).toMatch(/^\.autosplit-/);
  expect(path.dirname(staged)).toBe(parent);
  expect(contents(staged)).toEqual(texts(bundle('2')));
  expect(contents(target)).toEqual(texts(bundle('1')));
  await commitFolder(staged, target);
  expect(contents(target)).toEqual(texts(bundle('2')));
  expect(readdirSync(parent)).toEqual(['autosplit']);
});

test('discarding leaves nothing behind, not even folders that were made for it', async () => {
  const parent = temporaryFolder({ 'kept/file': '' });
  const staged = await stageFolder(path.join(parent, 'kept/a/b/autosplit'), bundle('1'));
  await discardFolder(staged);
  expect(contents(parent)).toEqual({ 'kept/file': '' });
  expect(existsSync(path.join(parent, 'kept/a'))).toBe(false);
});

test('nothing is left where a source ends too early', async () => {
  const parent = temporaryFolder({ source: 'abc' });
  const content = [
    { offset: 0, source: { kind: 'file' as const, path: path.join(parent, 'source'), offset: 0, length: 4 } },
  ];
  await expect(
    stageFolder(path.join(parent, 'out/autosplit'), new Map([['weights.bin', content]])),
  ).rejects.toMatchObject({
    code: 'EXTERNAL_DATA',
  });
  expect(readdirSync(parent)).toEqual(['source']);
});

test.each([
  ['a folder without a manifest', { 'notes.txt': 'mine' }, /did not write/],
  [
    'a folder with files that its manifest does not name',
    { 'split-manifest.json': '{"files":{"a":""}}', a: '', 'b/notes.txt': 'mine' },
    /did not write: b\/notes\.txt$/,
  ],
])('%s is not replaced', async (_, files, message) => {
  const target = temporaryFolder(files);
  await expect(stageFolder(target, bundle('1'))).rejects.toMatchObject({
    code: 'OUTPUT_UNSAFE',
    message: expect.stringMatching(message),
  });
  expect(contents(target)).toEqual(files);
});

test('files that appear between staging and commit are safe too', async () => {
  const target = path.join(temporaryFolder(), 'autosplit');
  const staged = await stageFolder(target, bundle('1'));
  addFiles(target, { 'notes.txt': 'mine' });
  await expect(commitFolder(staged, target)).rejects.toMatchObject({ code: 'OUTPUT_UNSAFE' });
  expect(contents(target)).toEqual({ 'notes.txt': 'mine' });
});

test.each<[string, Record<string, string>]>([
  ['an empty folder', {}],
  [
    'what npm and file managers leave',
    {
      'split-manifest.json': '{"files":{}}',
      'edge/node_modules/a/index.js': '',
      'edge/package-lock.json': '',
      '.DS_Store': '',
    },
  ],
  ['a manifest with the marks of a merge conflict', { 'split-manifest.json': '<<<<<<< HEAD\n{', 'edge/old.bin': '' }],
])('%s is replaced', async (_, files) => {
  const parent = temporaryFolder();
  const target = path.join(parent, 'autosplit');
  mkdirSync(target);
  addFiles(target, files);
  await replaceFolder(target, bundle('2'));
  expect(contents(target)).toEqual(texts(bundle('2')));
  expect(readdirSync(parent)).toEqual(['autosplit']);
});

test('symbolic links and files are refused as targets, and links inside are not followed', async () => {
  const parent = temporaryFolder({ 'elsewhere/precious.txt': 'mine', file: '' });
  symlinkSync(path.join(parent, 'elsewhere'), path.join(parent, 'link'));
  for (const name of ['link', 'file']) {
    await expect(stageFolder(path.join(parent, name), bundle('1'))).rejects.toMatchObject({ code: 'OUTPUT_UNSAFE' });
  }
  const target = path.join(parent, 'autosplit');
  await replaceFolder(target, bundle('1', ['cloud']));
  writeFileSync(path.join(target, 'split-manifest.json'), '{"files":{"cloud":""}}');
  renameSync(path.join(target, 'cloud'), path.join(parent, 'moved'));
  symlinkSync(path.join(parent, 'elsewhere'), path.join(target, 'cloud'));
  await replaceFolder(target, bundle('2'));
  expect(contents(path.join(parent, 'elsewhere'))).toEqual({ 'precious.txt': 'mine' });
});

test.each(['../evil', '/evil', 'a/../../evil', 'a//b', './a', '', 'a\\b', 'c:evil', 'a/'])(
  'the file name "%s" is refused',
  async (name) => {
    const parent = temporaryFolder();
    await expect(stageFolder(path.join(parent, 'autosplit'), new Map([[name, bytes('')]]))).rejects.toThrow(
      'not the name of a file inside',
    );
    expect(readdirSync(parent)).toEqual([]);
  },
);

test('only folders that were staged are discarded or committed', async () => {
  const parent = temporaryFolder({ 'precious/file': 'mine' });
  await expect(discardFolder(path.join(parent, 'precious'))).rejects.toThrow('not a staged folder');
  await expect(commitFolder(path.join(parent, 'precious'), path.join(parent, 'autosplit'))).rejects.toThrow(
    'not a staged folder',
  );
  expect(contents(parent)).toEqual({ 'precious/file': 'mine' });
});

test('a crash between the two renames is mended: the old folder comes back', async () => {
  const parent = temporaryFolder();
  const target = path.join(parent, 'autosplit');
  await replaceFolder(target, bundle('1'));
  renameSync(target, path.join(parent, '.autosplit-autosplit-old'));
  await recoverFolder(target);
  expect(contents(target)).toEqual(texts(bundle('1')));
  expect(readdirSync(parent)).toEqual(['autosplit']);
});

test('a crash after the second rename is mended: the new folder stays, the old one goes', async () => {
  const parent = temporaryFolder();
  const target = path.join(parent, 'autosplit');
  await replaceFolder(target, bundle('1'));
  renameSync(target, path.join(parent, '.autosplit-autosplit-old'));
  addFiles(parent, Object.fromEntries([...bundle('2')].map(([name, content]) => [`autosplit/${name}`, content])));
  const staged = await stageFolder(target, bundle('3'));
  expect(contents(target)).toEqual(texts(bundle('2')));
  await commitFolder(staged, target);
  expect(contents(target)).toEqual(texts(bundle('3')));
  expect(readdirSync(parent)).toEqual(['autosplit']);
});

test('what killed processes staged goes after a day', async () => {
  const parent = temporaryFolder({
    '.autosplit-autosplit-new-00000000/a': '',
    '.autosplit-autosplit-new-11111111/a': '',
  });
  const old = new Date(Date.now() - 2 * 24 * 3600 * 1000);
  utimesSync(path.join(parent, '.autosplit-autosplit-new-00000000'), old, old);
  await replaceFolder(path.join(parent, 'autosplit'), bundle('1'));
  expect(readdirSync(parent).sort()).toEqual(['.autosplit-autosplit-new-11111111', 'autosplit']);
});
