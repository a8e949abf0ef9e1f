import { execa } from 'execa';
import { AutosplitError } from '../util/error.js';

/**
 * Reads a file as it is in a commit.
 * @param reference a commit: `main`, `HEAD~3`, a hash
 * @returns undefined if the commit does not have the file
 * @throws AutosplitError GIT_FAILED if the folder is not in a repository or the commit does not exist
 */
export async function fileAtCommit(folder: string, file: string, reference: string): Promise<string | undefined> {
  const commit = await git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${reference}^{commit}`]);
  if (commit.exitCode !== 0) {
    const inside = await git(folder, ['rev-parse', '--is-inside-work-tree']);
    if (inside.exitCode !== 0)
      throw new AutosplitError('GIT_FAILED', `${folder} is in no git repository`, {
        hint: '--against compares with a commit',
      });
    throw new AutosplitError('GIT_FAILED', `git knows no commit \`${reference}\``, {
      hint: 'in CI, fetch it first: a shallow clone has one commit alone',
    });
  }
  const shown = await git(folder, ['show', `${commit.stdout.trim()}:./${file}`]);
  return shown.exitCode === 0 ? shown.stdout : undefined;
}

async function git(cwd: string, args: readonly string[]): Promise<{ exitCode: number; stdout: string }> {
  const { exitCode, stdout, code, originalMessage } = await execa('git', args, {
    cwd,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
  });
  if (code === 'ENOENT')
    throw new AutosplitError('GIT_FAILED', 'git could not be started', { hint: 'install git, or leave --against out' });
  if (exitCode === undefined)
    throw new AutosplitError('GIT_FAILED', `git ended early: ${originalMessage ?? 'no reason given'}`);
  return { exitCode, stdout };
}
