import { expect, test } from 'vitest';
import { problemsIn, SMALLEST } from '../config/support.js';

test('everything that is wrong in a file is said at once, each at its place', async () => {
  const found = await problemsIn(`model: net.onnx
calibraton: {}
calibration:
  images: data/*.jpg
  preprocess: { resize: [94], fit: fil, mean: [1, x], std: 0 }
  samples: 0
edge:
  preset: grid
  memory: 4
  memry: 5 MB
network: { preset: slow, uplink: 3 MB/s, rtt: 20 MS }
cloud: { preset: rack, efficiency: { default: 2 } }
input: { encoding: jpg }
deliver: egde
constraints: { accuracyDrop: 120 %, latency: -3 ms, error: -1 }
split: atuo
validation: { images: data/*.jpg, inputs: data/*.npy }
`);
  expect(
    found.map(({ at, message, hint = '' }) => `${at.replace('autosplit.config.yaml:', '')} ${message} | ${hint}`),
  ).toEqual([
    '2:1 unknown key `calibraton` | did you mean `calibration`?',
    '5:25 `calibration.preprocess.resize` needs at least 2 values | ',
    '5:36 `calibration.preprocess.fit` cannot be `fil` | did you mean `fill`? allowed: fill, cover, contain',
    '5:51 `calibration.preprocess.mean[1]` must be a number, not text | ',
    '5:60 `calibration.preprocess.std` must be more than 0 | ',
    '6:12 `calibration.samples` must be at least 1 | ',
    '9:11 `edge.memory`: 4 has no unit | write a unit, for example `4 MB`',
    '10:3 unknown key `edge.memry` | did you mean `memory`?',
    '11:34 `network.uplink`: `3 MB/s` counts bytes per second, not bits per second | for example `3 Mbps`; units of bits per second: bps, kbps, Mbps, Gbps, Tbps, bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s',
    '11:47 `network.rtt`: the unit `MS` is not known | did you mean `20 ms`? Case matters; units of seconds: s, ms, us, \u00b5s, \u03bcs, ns, min',
    '12:47 `cloud.efficiency.default`: `2` is not at most 1 | for example `1 %`',
    '13:20 `input.encoding` cannot be `jpg` | auto, raw, png, or jpeg: or webp: with a quality from 1 to 100, such as jpeg:90',
    '14:10 `deliver` cannot be `egde` | did you mean `edge`? allowed: edge, cloud',
    '15:30 `constraints.accuracyDrop`: `120 %` is not at most 1 | for example `1 %`',
    '15:46 `constraints.latency`: `-3 ms` is not more than 0 | for example `20 ms`',
    '15:60 `constraints.error` must be at least 0 | ',
    '16:8 `split` cannot be `atuo` | did you mean `auto`? allowed: auto, edge-only, cloud-only',
    '17:1 `validation` needs only one of `images`, `inputs`, `audio` | it has images and inputs',
    '17:1 `validation` lacks `labels` | ',
  ]);
  expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['CONFIG_INVALID']));
  expect(found[7].frame).toBe(
    '   9 |   memory: 4\n> 10 |   memry: 5 MB\n     |   ^^^^^\n  11 | network: { preset: slow, uplink: 3 MB/s, rtt: 20 MS }',
  );
});

test('what a section lacks does not hide what is wrong in it', async () => {
  const yaml = `${SMALLEST.replace('images: data/*.jpg', 'samples: 0, preproces: {}')}validation: { metric: top9 }`;
  expect((await problemsIn(yaml)).map(({ message }) => message).sort()).toEqual([
    '`calibration.samples` must be at least 1',
    '`calibration` needs one of `images`, `inputs`, `audio`',
    '`validation.metric` cannot be `top9`',
    '`validation` lacks `labels`',
    '`validation` needs one of `images`, `inputs`, `audio`',
    'unknown key `calibration.preproces`',
  ]);
});

test('a config that lacks everything', async () => {
  expect(await problemsIn('deliver: edge')).toMatchObject([
    { message: 'the file lacks `link`, `model`, `calibration`, `edge`, `cloud`', at: 'autosplit.config.yaml' },
  ]);
});

/** Each line replaces or joins the smallest config; one problem is expected. */
test.each<[key: string, yaml: string, message: RegExp, hint?: RegExp]>([
  ['edge', 'edge: { preset: grid, memory: 0 MB }', /`edge.memory`: `0 MB` is not more than 0/],
  ['network', 'network: { preset: slow, uplink: -3 Mbps }', /is not more than 0/],
  ['network', 'network: { preset: slow, rtt: -1 ms }', /is not at least 0/],
  ['network', 'network: { uplink: 3 Mbps, mtu: 1500 B }', /`network` has `mtu` without `packetOverhead`/],
  ['network', 'network: { preset: slow, mtu: 50 B }', /headers of a packet/],
  ['network', 'network: { rtt: 3 ms }', /`network` lacks `uplink`/],
  ['network', 'network: {}', /`network` names no device/, /autosplit presets network/],
  ['edge', 'edge: { target: onnxruntime-node }', /`edge` names no device/],
  [
    'edge',
    'edge: { kind: systolic, clock: 3 MHz }',
    /`edge` lacks `memory`, `onChipMemory`, `bandwidth`, `array`, `dataflow`, `sram`, `bits`|`edge` lacks/,
  ],
  [
    'edge',
    'edge: { preset: grid, peak: { fp32: 3 GOPS } }',
    /`edge.peak` does not belong to a device of kind systolic/,
  ],
  ['edge', 'edge: { preset: grid, kind: roofline }', /the preset grid is of kind systolic/],
  ['edge', 'edge: { preset: grid, bits: { weights: [2, 3, 8] } }', /grid has no 3-bit weights/, /2, 4, 6, 8/],
  ['edge', 'edge: { preset: grid, bits: { weights: [] } }', /needs at least 1 value/],
  ['edge', 'edge: { preset: grid, bits: { wire: [0] } }', /must be at least 1/],
  ['edge', 'edge: { preset: grid, bits: { weights: [4, 4] } }', /names a value twice/],
  ['edge', 'edge: { preset: grid, clock: { value: 3 MHz } }', /`edge.clock` lacks `source`/],
  ['edge', 'edge: { preset: grid, clock: [3] }', /`edge.clock` must be text or keys and values, not a list/],
  ['edge', 'edge: { preset: grid, memory: }', /`edge.memory` is empty/, /leave the key out/],
  ['edge', 'edge: grid', /`edge` must be keys and values, not text/],
  ['cloud', 'cloud: { preset: rack, efficiency: { conv: 0.5 } }', /`cloud.efficiency.conv` is not a name/, /operator/],
  ['calibration', 'calibration: {}', /`calibration` needs one of `images`, `inputs`, `audio`/],
  ['calibration', 'calibration: 5', /`calibration` must be keys and values, not a number/],
  ['calibration', 'calibration: { images: data/*.jpg, audio: data/*.wav }', /only one of/, /images and audio/],
  ['calibration', 'calibration: { images: data/*.jpg, samples: 1.5 }', /`calibration.samples` must be a whole number/],
  [
    'calibration',
    'calibration: { images: data/*.jpg, samples: al }',
    /`calibration.samples` cannot be `al`/,
    /did you mean `all`/,
  ],
  [
    'calibration',
    'calibration: { inputs: data/*.jpg, preprocess: { fit: cover } }',
    /`calibration.preprocess` is for `images`/,
  ],
  [
    'calibration',
    'calibration: { images: data/*.jpg, preprocess: { mean: [1, 2] } }',
    /mean` has 2 values for 3 channels/,
  ],
  [
    'calibration',
    'calibration: { images: data/*.jpg, preprocess: { channels: grey, std: [1, 2, 3] } }',
    /std` has 3 values for 1 channel$/,
  ],
  [
    'calibration',
    'calibration: { images: data/*.jpg, preprocess: { resize: 224, crop: 256 } }',
    /crop` is larger than the picture/,
    /short side is resized to 224/,
  ],
  [
    'calibration',
    'calibration: { images: data/*.jpg, preprocess: { resize: [94, 24], crop: [90, 30] } }',
    /crop` is larger/,
  ],
  ['model', 'model: { inputs: { x: [1] } }', /`model` lacks `path`/],
  ['model', 'model: { path: net.onnx, inputs: { x: [0] } }', /`model.inputs.x\[0\]` must be at least 1/],
  ['split', 'split: { after: [] }', /`split.after` needs at least 1 value/],
  ['output', 'output: .', /`output` is a folder that holds/],
  ['output', 'output: data', /holds a.jpg, which the build reads/],
  ['builds', 'builds: {}', /`builds` is empty/],
  ['builds', 'builds: { "../x": {} }', /`builds...\/x` is not a name/, /becomes a folder/],
  ['builds', 'builds: { a: {}, A: {} }', /share one folder/],
  ['builds', 'builds: { a: { edge: { memry: 1 } } }', /unknown key `builds.a.edge.memry`/, /`memory`/],
  ['builds', 'builds: { a: { builds: {} } }', /unknown key `builds.a.builds`/],
  [
    'validation',
    'validation: { images: data/*.jpg, labels: labels.csv, metric: top3 }',
    /metric` cannot be `top3`/,
    /a metric such as top1, miou, map/,
  ],
])('%s: %s', async (key, yaml, message, hint) => {
  const lines = SMALLEST.split('\n').filter((line) => !line.startsWith(`${key}:`));
  const found = await problemsIn([...lines, yaml].join('\n'));
  expect(found.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
  expect(found).toMatchObject([
    {
      code: 'CONFIG_INVALID',
      at: expect.stringMatching(
        key === 'output' && yaml === 'output: .' ? /yaml:/ : /^autosplit\.config\.yaml:\d+:\d+$/,
      ),
    },
  ]);
  if (hint) expect(found[0].hint).toMatch(hint);
});

test.each<[code: string, from: string, to: string, message: RegExp, hint: RegExp]>([
  ['MODEL_NOT_FOUND', 'net.onnx', 'nets.onnx', /no file nets.onnx/, /looked for \/.*nets.onnx/],
  ['MODEL_NOT_FOUND', 'net.onnx', 'data', /no file data/, /looked for/],
  ['SAMPLES_NOT_FOUND', 'data/*.jpg', 'data/*.png', /no file matches `data\/\*.png`/, /looked in/],
  ['SAMPLES_NOT_FOUND', 'data/*.jpg', 'data', /no file matches `data`/, /`data\/\*` takes the files in it/],
  [
    'PRESET_NOT_FOUND',
    'preset: grid',
    'preset: gird',
    /no edge preset `gird`/,
    /did you mean `grid`\? known: board, grid; or give the path/,
  ],
  ['PRESET_NOT_FOUND', 'preset: grid', 'preset: slow', /no edge preset `slow`/, /`slow` is a preset of network/],
  ['PRESET_NOT_FOUND', 'preset: grid', 'preset: ./mine.yaml', /no edge preset file/, /^$/],
])('%s at its place: %s -> %s', async (code, from, to, message, hint) => {
  const [problem, ...others] = await problemsIn(SMALLEST.replace(from, to));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    code,
    message: expect.stringMatching(message),
    at: expect.stringMatching(/yaml:\d+:\d+$/),
  });
  expect(problem.hint ?? '').toMatch(hint);
  expect(problem.frame).toContain(to);
});

test('files of the validation must exist too; what is missing is listed together', async () => {
  const yaml = `${SMALLEST.replace('net.onnx', 'x.onnx')}validation: { images: none/*, labels: none.csv, metric: ./none.mjs }\n`;
  expect((await problemsIn(yaml)).map(({ code }) => code)).toEqual([
    'MODEL_NOT_FOUND',
    'SAMPLES_NOT_FOUND',
    'SAMPLES_NOT_FOUND',
    'METRIC_INVALID',
  ]);
});

test('a problem that several builds share is said once', async () => {
  expect(await problemsIn(`${SMALLEST.replace('net.onnx', 'x.onnx')}builds: { a: {}, b: {} }`)).toHaveLength(1);
});

test.each<[string, string, RegExp, string]>([
  ['an empty file', '', /empty/, ''],
  ['comments alone', '# nothing\n', /empty/, ''],
  ['a list', '- a\n', /keys and values/, ':1:1'],
  ['keys twice', 'model: a\nmodel: b\n', /unique/, ':2:1'],
  ['an open bracket', 'edge: [1, 2\nmodel: x\n', /flow|Flow|sequence/, ':2:1'],
  ['a tag', 'edge: !thing 5\n', /[Tt]ag/, ':1:7'],
  ['an alias to nothing', 'edge: *none\n', /alias/, ':1:7'],
  ['an alias in itself', 'edge: &a { b: *a }\n', /contains itself/, ':1:15'],
  ['a merge of text', 'edge: { <<: text }\n', /takes a map/, ':1:9'],
  ['two documents', 'a: 1\n---\nb: 2\n', /multiple documents/, ':2:1'],
])('%s cannot be parsed: one clear error', async (_, text, message, at) => {
  const [first] = await problemsIn(text);
  expect(first).toMatchObject({
    code: 'CONFIG_SYNTAX',
    message: expect.stringMatching(message),
    at: `autosplit.config.yaml${at}`,
  });
});

test('aliases that blow a file up are refused', async () => {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`,
  );
  expect(await problemsIn(['a0: &a0 [x]', ...levels].join('\n'))).toMatchObject([
    { code: 'CONFIG_SYNTAX', message: expect.stringContaining('too many values') },
  ]);
});

test('keys that objects have by nature are unknown keys like any other', async () => {
  const found = await problemsIn({ 'autosplit.config.json': '{ "__proto__": { "model": "x" }, "constructor": 1 }' });
  expect(found.map(({ message }) => message)).toEqual(
    expect.arrayContaining(['unknown key `__proto__`', 'unknown key `constructor`']),
  );
});
