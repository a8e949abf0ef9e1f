import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../src/cli/examples.js';
import { program } from '../../src/cli/main.js';
import { parseCommandLine } from './command-line.js';

const commands = program().commands.map((command) => command.name());

test('every command has examples, and no others', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual([...commands].sort());
});

test.each(Object.values(EXAMPLES).flatMap((lines) => lines.map(([line]) => line)))('%s', async (line) => {
  await parseCommandLine(line);
});

test('a command line that is wrong would show', async () => {
  await expect(parseCommandLine('autosplit build --sollver highs')).rejects.toThrow(/unknown option/);
  await expect(parseCommandLine('autosplit biuld')).rejects.toThrow(/unknown command/);
  await expect(parseCommandLine('autosplit completion powershell')).rejects.toThrow(/Allowed choices/);
});

describe.each(program().commands.map((command) => [command.name(), command] as const))(
  'help of %s',
  (name, command) => {
    test('ends in its examples', () => {
      let text = '';
      command.configureOutput({
        writeOut: (part) => {
          text += part;
        },
      });
      command.outputHelp();
      expect(text).toMatch(/\nExamples:\n/);
      for (const [line] of EXAMPLES[name]) expect(text).toContain(line);
    });
  },
);
