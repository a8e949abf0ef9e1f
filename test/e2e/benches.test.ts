import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { noShared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { root } from './project.js';

describe('a short run of the benchmark', unless(noShared), () => {
  test.each(['edge', 'planner', 'scale-sim', 'select'])('%s gives its results', async (name) => {
    const args = ['scripts/bench.mjs', name, '--smoke', '--json'];
    const { stdout } = await execa(process.execPath, args, { cwd: root });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ benchmark: name });
  });
});
