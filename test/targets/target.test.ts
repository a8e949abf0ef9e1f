import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { blocks } from '../docs/blocks.js';
import { temporaryFolder } from '../util/temporary.js';

const root = path.resolve('.');

test('the target of the docs in TypeScript compiles, and one with a wrong field does not', () => {
  const [block] = blocks.filter(
    ({ place, language, text }) => place.startsWith('docs/extending.md') && language === 'ts' && /CloudSide/.test(text),
  );
  const folder = temporaryFolder({
    'right.ts': block.text,
    'wrong.ts': `import { defineEdgeTarget } from 'autosplit';
// @ts-expect-error there is no such field
defineEdgeTarget({ name: 'board', description: 'A board.', files: () => ({}), weightBit: [8] });
// @ts-expect-error a shell line is no command
defineEdgeTarget({ name: 'board', description: 'A board.', files: () => ({}), run: { command: 'make run' } });
// @ts-expect-error a number is no content
defineEdgeTarget({ name: 'board', description: 'A board.', files: ({ spec }) => ({ 'wire.bin': spec.wire.length }) });
`,
    'tsconfig.json': JSON.stringify({
      extends: path.join(root, 'tsconfig.json'),
      compilerOptions: {
        paths: { autosplit: [path.join(root, 'src/index.ts')] },
        typeRoots: [path.join(root, 'node_modules/@types')],
      },
      include: ['*.ts'],
    }),
    'package.json': '{ "type": "module" }',
  });
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  expect(() => execFileSync(process.execPath, [tsc, '-p', folder], { stdio: 'pipe', encoding: 'utf8' })).not.toThrow();
});
