/**
 * Replaces folders as a whole. It works on siblings of the target on the same file system, so that each step is one
 * rename: `.autosplit-NAME-new-*` is being written, `.autosplit-NAME-old` is being replaced.
 */
import { randomBytes } from 'node:crypto';
import { renameSync, rmdirSync } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { chunksOf, type FileContent, relativePath } from './content.js';
import { AutosplitError } from './error.js';
import { cleanUpAtExit, removeNow } from './exit.js';

/** File that marks a folder written by autosplit. Its `files` lists the other files. */
const PROOF = 'split-manifest.json';

/**
 * For each staged folder: the first parent that was created for it, and a function that cancels its removal at exit.
 */
const stagedFolders = new Map<string, { made: string | undefined; done: () => void }>();

/**
 * Repairs what an interrupted build left, and refuses a target that must not be replaced, before any work.
 * @throws AutosplitError OUTPUT_UNSAFE
 */
export async function checkTarget(target: string): Promise<void> {
  await recoverFolder(target);
  await refuseForeign(target);
}

/**
 * Writes a complete folder beside `target`, to be checked before it replaces it. Returns its path; finish with {@link
 * commitFolder} or {@link discardFolder}. File names are relative, with forward slashes.
 * @throws AutosplitError OUTPUT_UNSAFE if `target` holds files that autosplit did not write, OUTPUT_FAILED if writing
 * fails
 */
export async function stageFolder(target: string, files: ReadonlyMap<string, FileContent>): Promise<string> {
  for (const name of files.keys()) refuseName(name);
  await checkTarget(target);
  await removeForgotten(target);
  const staged = path.join(path.dirname(target), `${prefix(target)}new-${randomBytes(4).toString('hex')}`);
  try {
    const made = await mkdir(path.dirname(target), { recursive: true });
    stagedFolders.set(staged, { made, done: cleanUpAtExit(() => removeStaged(staged, made)) });
    await mkdir(staged);
    for (const [name, content] of files) await writeWhole(path.join(staged, ...name.split('/')), content);
    for (const folder of foldersOf(files.keys())) await syncFolder(path.join(staged, folder));
    return staged;
  } catch (error) {
    await discardFolder(staged);
    throw failure(target, error);
  }
}

/** Adds files to a staged folder; replaces files of the same name. */
export async function extendFolder(staged: string, files: ReadonlyMap<string, FileContent>): Promise<void> {
  refuseStranger(staged, path.dirname(staged));
  for (const name of files.keys()) refuseName(name);
  try {
    for (const [name, content] of files) {
      const file = path.join(staged, ...name.split('/'));
      await rm(file, { force: true });
      await writeWhole(file, content);
    }
    for (const folder of foldersOf(files.keys())) await syncFolder(path.join(staged, folder));
  } catch (error) {
    throw failure(staged, error);
  }
}

/** Replaces `target` by a staged folder. After a crash at any point, the old or the new folder is there as a whole. */
export async function commitFolder(staged: string, target: string): Promise<void> {
  refuseStranger(staged, path.dirname(target));
  await checkTarget(target);
  const backup = backupOf(target);
  try {
    const replaced = await exists(target);
    // Synchronous, so that no signal is handled while neither folder is in place.
    if (replaced) renameSync(target, backup);
    try {
      renameSync(staged, target);
    } catch (error) {
      if (replaced) renameSync(backup, target);
      throw error;
    }
    forget(staged);
    const done = cleanUpAtExit(() => removeNow(backup));
    await syncFolder(path.dirname(target));
    if (replaced) await rm(backup, { recursive: true, force: true });
    done();
  } catch (error) {
    throw failure(target, error);
  }
}

/** Removes a staged folder and the empty parents that were created for it. */
export async function discardFolder(staged: string): Promise<void> {
  refuseStranger(staged, path.dirname(staged));
  removeStaged(staged, stagedFolders.get(staged)?.made);
  forget(staged);
}

function forget(staged: string): void {
  stagedFolders.get(staged)?.done();
  stagedFolders.delete(staged);
}

function removeStaged(staged: string, made: string | undefined): void {
  removeNow(staged);
  if (made === undefined) return;
  for (let parent = path.dirname(staged); parent.startsWith(made); parent = path.dirname(parent)) {
    try {
      rmdirSync(parent);
    } catch {
      return;
    }
  }
}

/**
 * Repairs what a crash in {@link commitFolder} left: restores the old folder, or removes it if the new one is in place.
 */
export async function recoverFolder(target: string): Promise<void> {
  const backup = backupOf(target);
  if (!(await exists(backup))) return;
  try {
    if (!(await exists(target))) await rename(backup, target);
    else if (await exists(path.join(target, PROOF))) await rm(backup, { recursive: true, force: true });
    else throw unsafe(target, `is in the way of ${backup}, which an interrupted build left`);
  } catch (error) {
    throw failure(target, error);
  }
}

const prefix = (target: string) => `.autosplit-${path.basename(target)}-`;

const backupOf = (target: string) => path.join(path.dirname(target), `${prefix(target)}old`);

const exists = (file: string) =>
  lstat(file).then(
    () => true,
    () => false,
  );

async function writeWhole(file: string, content: FileContent): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'wx');
  try {
    for await (const chunk of chunksOf(content)) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** An older staged folder belongs to a killed process. */
const FORGOTTEN_MILLISECONDS = 24 * 3600 * 1000;

async function removeForgotten(target: string): Promise<void> {
  const parent = path.dirname(target);
  const siblings = await readdir(parent).catch(() => []);
  for (const name of siblings.filter((sibling) => sibling.startsWith(`${prefix(target)}new-`))) {
    const stat = await lstat(path.join(parent, name)).catch(() => undefined);
    if (stat && Date.now() - stat.mtimeMs > FORGOTTEN_MILLISECONDS)
      await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

/** All folders of these names; `.` is the outermost. */
function foldersOf(names: Iterable<string>): Set<string> {
  const folders = new Set(['.']);
  for (const name of names)
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) folders.add(name.slice(0, at));
  return folders;
}

/** Makes renames in a folder durable, if the system supports it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** A name that leaves the folder, or differs between systems, is a bug of the caller. */
function refuseName(name: string): void {
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\:\0]/.test(part))) {
    throw new Error(`"${name}" is not the name of a file inside the folder`);
  }
}

function refuseStranger(staged: string, parent: string): void {
  if (path.dirname(staged) !== parent || !/^\.autosplit-.+-new-[0-9a-f]{8}$/.test(path.basename(staged))) {
    throw new Error(`${staged} is not a staged folder of ${parent}`);
  }
}

async function refuseForeign(target: string): Promise<void> {
  const stat = await lstat(target).catch(() => undefined);
  if (!stat) return;
  if (stat.isSymbolicLink()) throw unsafe(target, 'is a symbolic link');
  if (!stat.isDirectory()) throw unsafe(target, 'is not a folder');
  const entries = await readdir(target, { recursive: true, withFileTypes: true });
  if (entries.length === 0) return;
  const found = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relativePath(target, path.join(entry.parentPath, entry.name)))
    .sort();
  if (!found.includes(PROOF)) throw unsafe(target, 'holds files that autosplit did not write');
  const written = await writtenFiles(path.join(target, PROOF));
  const foreign = written ? found.filter((name) => !written.has(name) && !isExpendable(name)) : [];
  if (foreign.length === 0) return;
  const shown = foreign.slice(0, 5).join(', ');
  throw unsafe(
    target,
    `holds files that autosplit did not write: ${shown}${foreign.length > 5 ? ` and ${foreign.length - 5} more` : ''}`,
  );
}

/** The files that a manifest lists; undefined if it cannot be parsed, for example after a merge conflict. */
async function writtenFiles(manifest: string): Promise<Set<string> | undefined> {
  try {
    const { files } = JSON.parse(await readFile(manifest, 'utf8'));
    return typeof files === 'object' && files !== null ? new Set([PROOF, ...Object.keys(files)]) : undefined;
  } catch {
    return undefined;
  }
}

/** Files that `npm install` and file managers create. */
export const isExpendable = (name: string) =>
  /(^|\/)(node_modules\/|package-lock\.json$|\.DS_Store$|Thumbs\.db$|\.package-lock\.json$)/.test(name);

const unsafe = (target: string, reason: string) =>
  new AutosplitError('OUTPUT_UNSAFE', `${target} ${reason}`, { hint: 'move them away, or choose another `output`' });

function failure(target: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new AutosplitError('OUTPUT_FAILED', `${target} cannot be written: ${error.message}`, { cause: error });
}
