import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { autosplit, cli, json, type Outcome, project, scratch, UNLABELLED } from './project.js';

/** Everything that terminals take for a command. */
const ESCAPE = /[\u001b\u009b]/;

/** A text whose figures do not matter. */
const masked = (text: string) =>
  text
    .replaceAll(/\d+(\.\d+)?/g, '#')
    .replaceAll(/(# (?:ns|µs|ms|s|B|kB|MB)\b)/g, (unit) => unit.replace(/ .*/, ' u'))
    .replaceAll(/ {2,}/g, '  ')
    .replaceAll(/[█▒░]{2,}/g, '=');

let folder: string;
let build: Outcome;
beforeAll(async () => {
  folder = project({ split: { after: ['/down2/relu/Relu_output_0'] } });
  build = await autosplit(folder, ['build']);
});

describe('off a terminal', () => {
  test('progress is plain lines on stderr, two for each stage', () => {
    expect(build.stderr).not.toMatch(ESCAPE);
    expect(build.stderr.replaceAll(/\[[\d.]+ s\]/g, '[T]').split('\n')).toEqual(
      [
        'Read and optimise the network',
        'Open the samples',
        'Profile it over the samples',
        'Search cut and bits',
        'Measure the float network',
        'Quantize and measure',
        'Generate the bundles',
        'Verify as two processes',
      ].flatMap((title) => [`❯ ${title}`, `✔ ${title} [T]`]),
    );
  });

  test('the result names cut, times, memory, baselines, files and what is next', () => {
    expect(build.exitCode).toBe(0);
    expect(build.stdout).not.toMatch(ESCAPE);
    expect(masked(build.stdout)).toMatchInlineSnapshot();
  });

  test('figures are those of the plan', async () => {
    const { document } = await json<{ plan: { latency: { total: number }; cut: { bytes: number }[] } }>(folder, ['build']);
    const { latency, cut } = document.plan;
    expect(build.stdout).toContain(`${(1000 * latency.total).toFixed(1)} ms`);
    expect(build.stdout).toContain(`${cut[0].bytes} B`);
  });

  test('--quiet leaves the result alone', async () => {
    const { stdout, stderr } = await autosplit(folder, ['plan', '--quiet']);
    expect(stderr).toBe('');
    expect(stdout).toContain('autosplit');
  });

  test('errors have no colours, unless FORCE_COLOR asks for them', async () => {
    const fail = (env: Record<string, string>) => autosplit(scratch(), ['plan'], { env });
    expect((await fail({})).stderr).not.toMatch(ESCAPE);
    expect((await fail({ NO_COLOR: '1' })).stderr).not.toMatch(ESCAPE);
    expect((await fail({ FORCE_COLOR: '0' })).stderr).not.toMatch(ESCAPE);
    expect((await fail({ FORCE_COLOR: '1' })).stderr).toMatch(ESCAPE);
  });

  test('from elsewhere, paths are those that work there', async () => {
    const other = project({ ...UNLABELLED, split: 'cloud-only' });
    const { stdout } = await autosplit(`${other}/data`, ['build', '--cwd', '..', '--quiet']);
    expect(stdout).toContain('git add ../autosplit\n');
    expect(stdout).toContain('node ../autosplit/cloud/server.mjs --port 8080\n');
    expect(stdout).toContain("from '../autosplit/edge/edge.mjs'");
  });
});

/** `script` of util-linux gives a program a terminal. */
const hasTerminal = (() => {
  try {
    return process.platform === 'linux' && execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();

describe.skipIf(!hasTerminal)('on a terminal', () => {
  const inTerminal = (args: string, env: Record<string, string>) => {
    const { CI: _, FORCE_COLOR: __, NO_COLOR: ___, ...surroundings } = process.env;
    const command = `stty cols 100; ${process.execPath} ${cli} ${args}; true`;
    return execFileSync('script', ['-qec', command, '/dev/null'], { cwd: folder, encoding: 'utf8', env: { ...surroundings, ...env } });
  };

  test('errors are coloured, but not where NO_COLOR is set', () => {
    expect(inTerminal('plan --config other.yaml', {})).toMatch(ESCAPE);
    expect(inTerminal('plan --config other.yaml', { NO_COLOR: '1' })).not.toMatch(ESCAPE);
  });

  test('the cursor is back in the end', () => {
    const said = inTerminal('plan', {});
    expect(said).toContain('\u001b[?25l');
    expect(said.lastIndexOf('\u001b[?25h')).toBeGreaterThan(said.lastIndexOf('\u001b[?25l'));
    expect(inTerminal('plan', { CI: 'true' })).not.toMatch(ESCAPE);
  });
});
