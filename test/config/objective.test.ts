import { expect, test } from 'vitest';
import { loadOne, problemsIn, SMALLEST } from './support.js';

const POWER = ', power: { active: 5 W, idle: 1 W }';
const RADIO = ', energy: { transmit: 100 nJ/bit, receive: 50 nJ/bit }';
const STATED = SMALLEST.replace('preset: grid', `preset: grid${POWER}`)
  .replace('preset: slow', `preset: slow${RADIO}`)
  .replace('preset: rack', 'preset: rack, price: 3.6 USD/h');

test('latency unless the config says otherwise', async () => {
  expect((await loadOne(SMALLEST)).objective).toBe('latency');
  expect((await loadOne(`${SMALLEST}objective: throughput\n`)).objective).toBe('throughput');
});

test('energy and money can be made small and limited where they are stated', async () => {
  const yaml = `${STATED}objective: { latency: 1, energy: 0.5, cost: 20 }\nconstraints: { energy: 50 mJ, cost: 0.0001 USD }\n`;
  const { objective, constraints, edge, link, cloud } = await loadOne(yaml);
  expect(objective).toEqual({ latency: 1, energy: 0.5, cost: 20 });
  expect(constraints).toEqual({ energyJoules: 0.05, costDollars: 0.0001 });
  expect(edge.preset).toMatchObject({ power: { active: 5, idle: 1 } });
  expect(link.preset.energy).toEqual({ transmit: 800e-9, receive: 400e-9 });
  expect(cloud.preset.price).toBeCloseTo(0.001, 15);
  for (const one of ['energy', 'cost']) expect((await loadOne(`${STATED}objective: ${one}\n`)).objective).toBe(one);
});

test('energy per multiply-accumulate stands for power', async () => {
  const yaml = STATED.replace(POWER, ', energy: { mac: { fp32: 4.6 pJ }, offChip: 160 pJ/B }');
  const { edge } = await loadOne(`${yaml}objective: energy\n`);
  expect(edge.preset).toMatchObject({ energy: { mac: { fp32: 4.6e-12 }, offChip: 160e-12 } });
  const [problem] = await problemsIn(`${yaml.replace('mac: { fp32: 4.6 pJ }, ', '')}objective: energy\n`);
  expect(problem.message).toBe('`objective: energy` needs the energy of an inference, but `edge.power` is not stated');
});

test.each<[line: string, from: string, message: string, hint: RegExp, at: string]>([
  [
    'objective: energy',
    POWER,
    '`objective: energy` needs the energy of an inference, but `edge.power` is not stated',
    /^edge grid states none: set `edge.power: \{ active, idle \}` or `edge.energy`$/,
    '7:12',
  ],
  [
    'objective: { latency: 1, energy: 2 }',
    ', receive: 50 nJ/bit',
    '`objective.energy` needs the energy of an inference, but `network.energy.receive` is not stated',
    /^network slow states none: set `network.energy.receive`$/,
    '7:34',
  ],
  [
    'constraints: { energy: 5 mJ }',
    RADIO,
    '`constraints.energy` needs the energy of an inference, but `network.energy.transmit`, `network.energy.receive` are not stated',
    /network.energy.transmit.*network.energy.receive/,
    '7:24',
  ],
  [
    'objective: cost',
    ', price: 3.6 USD/h',
    '`objective: cost` needs the price of an inference, but `cloud.price` is not stated',
    /^cloud rack states none: set `cloud.price`$/,
    '7:12',
  ],
  [
    'constraints: { cost: 1 USD }',
    ', price: 3.6 USD/h',
    '`constraints.cost` needs the price of an inference, but `cloud.price` is not stated',
    /cloud.price/,
    '7:22',
  ],
])('%s is refused where nothing states it', async (line, from, message, hint, at) => {
  expect(STATED).toContain(from);
  const found = await problemsIn(`${STATED.replace(from, '')}${line}\n`);
  expect(found).toMatchObject([{ code: 'CONFIG_INVALID', message, at: `autosplit.config.yaml:${at}` }]);
  expect(found[0].hint).toMatch(hint);
});

test('a weight of 0 asks for nothing; no weight at all is refused', async () => {
  expect((await loadOne(`${SMALLEST}objective: { latency: 1, energy: 0 }\n`)).objective).toEqual({
    latency: 1,
    energy: 0,
  });
  expect(await problemsIn(`${SMALLEST}objective: { latency: 0 }\n`)).toMatchObject([
    { message: '`objective` has no weight above 0', at: 'autosplit.config.yaml:7:12' },
  ]);
});

test.each([
  ['objective: enrgy', /`objective` cannot be `enrgy`/],
  ['objective: { latency: -1 }', /`objective.latency` must be at least 0/],
  ['objective: {}', /`objective` is empty/],
  ['objective: { speed: 1 }', /unknown key `objective.speed`/],
  ['constraints: { energy: 5 W }', /`constraints.energy`: `5 W` counts watts, not joules/],
  ['constraints: { energy: 0 J }', /is not more than 0/],
  ['constraints: { cost: 5 EUR }', /`EUR` is not known/],
])('%s is refused', async (line, message) => {
  expect((await problemsIn(`${SMALLEST}${line}\n`)).map((problem) => problem.message)).toEqual([
    expect.stringMatching(message),
  ]);
});

test('less power active than idle is refused where it is written', async () => {
  const yaml = SMALLEST.replace('preset: grid', 'preset: grid, power: { active: 1 W, idle: 2 W }');
  expect(await problemsIn(yaml)).toMatchObject([
    { message: '`power.active` is less than `power.idle`', at: 'autosplit.config.yaml:4:40' },
  ]);
  expect(await problemsIn(SMALLEST.replace('preset: grid', 'preset: grid, power: { active: 1 W }'))).toMatchObject([
    { message: '`edge.power` lacks `idle`' },
  ]);
});
