import { expect, test } from 'vitest';
import { listPresets } from '../../src/config/preset-load.js';
import { defaultTarget } from '../../src/config/target.js';
import { whyNotInCloud, whyNotOnEdge } from '../../src/targets/deployable.js';
import { BUILT_IN } from '../../src/targets/index.js';

const edges = listPresets('edge');

test('every edge preset says what runs there, in targets that exist; where none does, what would', () => {
  for (const { preset } of edges) {
    const { name, targets, needs, coding } = preset;
    expect([name, targets !== undefined, coding !== undefined]).toEqual([name, true, true]);
    expect(targets?.filter((target) => !BUILT_IN.edge.includes(target))).toEqual([]);
    const runs = targets?.some((target) => target !== 'simulated');
    if (runs) expect([name, preset.threads !== undefined]).toEqual([name, true]);
    else if (!targets?.includes('simulated')) expect([name, needs !== undefined]).toEqual([name, true]);
  }
  for (const { preset } of listPresets('cloud'))
    expect(preset.targets?.filter((target) => !BUILT_IN.cloud.includes(target))).toEqual([]);
});

test('the default target runs on the device, or none of autosplit does and the plan says so', () => {
  for (const { preset } of edges) {
    const why = whyNotOnEdge(preset, defaultTarget(preset));
    const runs = preset.targets?.some((target) => target !== 'simulated');
    expect([preset.name, why === undefined]).toEqual([preset.name, runs]);
    if (why) expect(why).toContain(`does not run on ${preset.title}`);
  }
});

const of = (name: string) =>
  edges.find(({ preset }) => preset.name === name)?.preset as (typeof edges)[number]['preset'];

test('microcontrollers and accelerators name what they need, other devices the target that runs there', () => {
  expect(defaultTarget(of('stm32h7'))).toBe('simulated');
  expect(whyNotOnEdge(of('stm32h7'), 'simulated')).toMatch(
    /does not run on STM32H743 microcontroller: it needs a C runtime .*docs\/extending\.md/,
  );
  expect(whyNotOnEdge(of('eyeriss'), 'onnxruntime-node')).toMatch(/^onnxruntime-node does not run on Eyeriss/);
  expect(whyNotOnEdge(of('browser-wasm'), 'onnxruntime-node')).toMatch(/set `edge.target` to onnxruntime-web$/);
  expect(whyNotOnEdge(of('raspberry-pi-4'), 'onnxruntime-node')).toBeUndefined();
});

test('nothing is said against targets of others, nor against devices of which nothing is known', () => {
  expect(whyNotOnEdge(of('stm32h7'), 'firmware')).toBeUndefined();
  expect(whyNotOnEdge({ title: 'custom' }, 'onnxruntime-node')).toBeUndefined();
  expect(defaultTarget({ ...of('raspberry-pi-4'), targets: undefined })).toBe('onnxruntime-node');
  expect(defaultTarget({ ...of('eyeriss'), targets: undefined })).toBe('simulated');
});

test('a prediction of other hardware than the server starts on is called one', () => {
  const [t4, xeon] = ['nvidia-t4', 'xeon'].map(
    (name) => listPresets('cloud').find(({ preset }) => preset.name === name)?.preset,
  );
  if (!t4 || !xeon) throw new Error('both presets are there');
  expect(whyNotInCloud(t4, 'node')).toBe(
    'the prediction is for NVIDIA T4 in fp16; server.mjs computes in fp32 on the CPU of its machine',
  );
  expect(whyNotInCloud(xeon, 'node')).toBeUndefined();
  expect(whyNotInCloud(t4, 'triton-of-others')).toBeUndefined();
});
