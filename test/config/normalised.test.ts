import { expect, test } from 'vitest';
import { loadOne, problemsIn, SMALLEST } from './support.js';

const LINK = SMALLEST.replace('network:', 'link:');

test('`link` and `network` are one section', async () => {
  expect((await loadOne(LINK)).link.preset).toEqual((await loadOne(SMALLEST)).link.preset);
});

test('one name overrides the other: in an extending file, in a build, in an option', async () => {
  const base = { 'base.yaml': SMALLEST, 'autosplit.config.yaml': 'extends: ./base.yaml\nlink: { rtt: 7 ms }\n' };
  expect((await loadOne(base)).link.preset).toMatchObject({ name: 'slow', rtt: 0.007 });
  const builds = `${LINK}builds: { far: { network: { rtt: 9 ms } } }\n`;
  expect((await loadOne(builds)).link.preset.rtt).toBe(0.009);
  const flags = [
    { flag: '--rtt', path: ['network', 'rtt'], text: '8ms' },
    { flag: '--set link.uplink', path: ['link', 'uplink'], text: '5 Mbps' },
  ];
  expect((await loadOne(LINK, { flags })).link.preset).toMatchObject({ rtt: 0.008, uplink: 5e6 });
});

test.each<[string, string, RegExp, RegExp?]>([
  ['both', `${LINK}network: { preset: slow }\n`, /^`link` and `network` are two names of one key$/, /keep one/],
  ['a wrong value', LINK.replace('preset: slow', 'preset: slow, rtt: 3 kg'), /^`link.rtt`/],
  ['a missing value', LINK.replace('preset: slow', 'rtt: 3 ms'), /^`link` lacks `uplink`$/],
  ['an empty section', LINK.replace('{ preset: slow }', '{}'), /^`link` names no device$/, /`link.preset`/],
  ['no distribution', LINK.replace('preset: slow', 'uplink: 1 Mbps, percentile: 95'), /percentile/, /`link.distrib/],
  ['a missing file', LINK.replace('preset: slow', 'preset: slow, trace: none.csv'), /^`link.trace`: there is no file/],
])('messages name `link` as it is written: %s', async (_, yaml, message, hint) => {
  const [problem, ...others] = await problemsIn({ 'autosplit.config.yaml': yaml });
  expect(others).toEqual([]);
  expect(problem.message).toMatch(message);
  if (hint) expect(problem.hint).toMatch(hint);
});

test('an option cannot set one key under two names', async () => {
  const flags = [
    { flag: '--network', path: ['network', 'preset'], text: 'slow' },
    { flag: '--set link.preset', path: ['link', 'preset'], text: 'slow' },
  ];
  await expect(loadOne(LINK, { flags })).rejects.toThrow('--network and --set link.preset both set `network.preset`');
});
