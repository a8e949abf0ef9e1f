import { Command } from 'commander';
import { expect, it, test } from 'vitest';
import { program } from '../../src/cli/main.js';
import { overridesOf, requireOutput, withOutput, withOverrides } from '../../src/cli/override-options.js';

const parsed = (...args: string[]) =>
  overridesOf(withOutput(withOverrides(new Command().exitOverride())).parse(args, { from: 'user' }).opts());

it('reads options into keys of the config, each with the name that errors show', () => {
  expect(
    parsed(
      '--edge',
      'jetson-nano',
      '--uplink',
      '2Mbps',
      '--accuracy-drop=2%',
      '--set',
      'edge.bits.weights=4,8',
      '-o',
      'try',
    ),
  ).toEqual([
    { flag: '--edge', path: ['edge', 'preset'], text: 'jetson-nano' },
    { flag: '--uplink', path: ['network', 'uplink'], text: '2Mbps' },
    { flag: '--accuracy-drop', path: ['constraints', 'accuracyDrop'], text: '2%' },
    { flag: '--set edge.bits.weights', path: ['edge', 'bits', 'weights'], text: '4,8' },
    { flag: '--output', path: ['output'], text: 'try' },
  ]);
  expect(parsed('--set', 'a=1', '--set', 'b.c=x=y').map(({ path, text }) => [path.join('.'), text])).toEqual([
    ['a', '1'],
    ['b.c', 'x=y'],
  ]);
  expect(parsed()).toEqual([]);
});

it.each(['edge.memory', '=4MB', 'edge..memory=4MB', 'edge.=4'])('refuses --set %s', (text) => {
  expect(() => parsed('--set', text)).toThrow(`--set ${text}: this is not KEY=VALUE`);
});

test('a build that differs from the config wants a folder of its own', () => {
  expect(() => requireOutput(parsed('--edge', 'jetson-nano', '--memory', '4MB'))).toThrow(
    /^with --edge, --memory the bundle/,
  );
  expect(() => requireOutput(parsed('--set', 'deliver=cloud'))).toThrow(/^with --set deliver /);
  requireOutput(parsed());
  requireOutput(parsed('-o', 'try'));
  requireOutput(parsed('--edge', 'jetson-nano', '-o', 'try'));
  requireOutput(parsed('--edge', 'jetson-nano', '--set', 'output=try'));
});

test('commands that plan, and check, take them all', () => {
  const names = new Map(program().commands.map((command) => [command.name(), command.options.map(({ long }) => long)]));
  for (const name of ['build', 'plan', 'check', 'compare', 'explain']) {
    expect(names.get(name)).toEqual(
      expect.arrayContaining(['--edge', '--network', '--cloud', '--memory', '--uplink', '--rtt', '--set']),
    );
  }
});
