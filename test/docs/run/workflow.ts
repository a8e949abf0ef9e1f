import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { Reader } from './reader.js';

interface Step {
  run?: string;
  env?: Record<string, string>;
}

/** What GitHub would fill in: the pull request goes to the first commit. */
const FILLED: Record<string, string> = {
  'github.token': 'a token',
  'github.event.pull_request.base.sha': 'origin/main',
  'github.event.pull_request.number': '7',
};

/**
 * Runs every step of every job that is a command, and hooks of pre-commit, in a repository where the link has become
 * faster.
 */
export async function runWorkflow({ shell }: Reader, text: string): Promise<void> {
  const { jobs = {}, repos = [] } = parse(text);
  const steps = Object.values<{ steps: Step[] }>(jobs).flatMap((job) => job.steps);
  for (const { run, env = {} } of steps) {
    if (run === undefined) continue;
    const filled = Object.entries(env).map(([name, value]) => {
      const written = value.replace(/\$\{\{ (.+) \}\}/, (_, key) => FILLED[key]);
      expect(written, `${name} is filled in`).not.toContain('undefined');
      return [name, written];
    });
    const said = await shell(run, Object.fromEntries(filled));
    if (run.includes('gh pr comment'))
      expect(said).toMatch(/^gh pr comment 7 --body-file report\.md [\s\S]*^### autosplit: [\s\S]*`origin\/main`/m);
  }
  for (const { hooks } of repos) for (const { entry } of hooks) await shell(entry);
}

/** A hook of git's own: it lets a fresh bundle through, and holds up a stale one. */
export async function runHook({ folder, shell, write }: Reader, text: string): Promise<void> {
  const hook = path.join(folder, '.git/hooks/pre-commit');
  writeFileSync(hook, text);
  chmodSync(hook, 0o755);
  await shell('git commit -q --allow-empty -m fresh');
  write('data/val.csv', 'file,label\n');
  await expect(shell('git commit -q --allow-empty -m stale')).rejects.toThrow(/data\/val\.csv has changed/);
  await shell('git checkout -q data/val.csv');
  expect(existsSync(hook)).toBe(true);
}
