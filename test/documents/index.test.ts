import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = path.resolve('src/documents');

describe('documents', () => {
  it('call nothing of the planner but its accounting', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    expect(files).toContain('plan.ts');
    const calls = files.flatMap((name) =>
      [...readFileSync(path.join(folder, name), 'utf8').matchAll(/^import (?!type )[^;]*? from '([^']+)';/gm)]
        // Only types in the braces: `import { type A, type B } from`.
        .filter(([statement]) => /\{\s*(?!type )|,\s*(?!type )\w/.test(statement))
        .map(([, from]) => from),
    );
    expect(calls.length).toBeGreaterThan(5);
    const solving = calls.filter((from) => from.includes('/planner/') && !from.includes('/planner/core/'));
    expect(solving).toEqual([]);
  });
});
