import { checks } from '../api/check.js';
import { relativePath } from '../util/files.js';
import type { CommonOptions } from './options.js';
import { printJson, say } from './print.js';
import { shownStages } from './stages.js';

/** `autosplit check`: lists stale bundles; the exit code is 1 if there are any. */
export async function checkCommand(options: CommonOptions & { rebuild: boolean }): Promise<void> {
  const results: { fresh: boolean }[] = [];
  const again = options.flags?.length
    ? '`npx autosplit build` with the same options'
    : '`npx autosplit build` and commit the result';
  for await (const result of checks({ ...options, stages: shownStages(options) })) {
    const output = relativePath(options.cwd, result.output) || '.';
    results.push({ version: 1, ...result, output } as { fresh: boolean });
    if (options.json) continue;
    if (result.fresh) say(`${output} is fresh`);
    else say(`${output} is stale:\n${result.changes.map((change) => `  ${change}`).join('\n')}\nrun ${again}`);
  }
  if (options.json) printJson(results);
  if (results.some(({ fresh }) => !fresh)) process.exitCode = 1;
}
