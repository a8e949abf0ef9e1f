import { expect, it } from 'vitest';
import { changesSince } from '../../src/report/changes.js';
import { markdownSummary } from '../../src/report/markdown.js';
import { exampleManifest } from './example.js';

/** A manifest whose numbers do not change with the example. */
function fixed() {
  const manifest = exampleManifest();
  const { plan } = manifest;
  plan.latency = { edge: 0.001, transfer: 0.05, cloud: 0.002, total: 0.053 };
  plan.cut = [{ ...plan.cut[0], tensor: 'a|b_c', shape: [1, 2, 3], bits: 3, encoding: 'deflate', bytes: 1500 }];
  plan.edge = {
    memory: { weights: 8000, activations: 2000, total: 10000, limit: 20000 },
    disk: { weights: 4000, graph: 2600, total: 6600, limit: null },
  };
  plan.accuracy = {
    metric: 'top1',
    samples: 50,
    float: 0.9,
    quantized: 0.88,
    drop: 0.02,
    limit: 0.03,
    interval: [-0.01, 0.05],
    verdict: 'holds',
  };
  plan.accuracySource = 'measured';
  delete plan.certificate;
  plan.warnings = [];
  manifest.deployable = { edge: true, cloud: true, reasons: {} };
  plan.energy = null;
  plan.cost = null;
  plan.layers = plan.layers.slice(0, 3).map((layer, i) => ({
    ...layer,
    placement: i < 2 ? 'edge' : 'cloud',
    weightBits: i < 2 ? 4 : null,
    weightBytes: i < 2 ? 4000 : null,
    diskBytes: i < 2 ? 2000 : null,
  }));
  const cloud = plan.baselines['cloud-only'];
  const edge = plan.baselines['edge-only'];
  if (!cloud || !edge) throw new Error('the example has both baselines');
  plan.baselines = { 'cloud-only': cloud, 'edge-only': edge };
  cloud.latency = { edge: 0, transfer: 0.1, cloud: 0.006, total: 0.106 };
  cloud.accuracy = { ...plan.accuracy, quantized: 0.9, drop: 0 };
  cloud.cut = [{ ...cloud.cut[0], encoding: 'jpeg:90', bytes: 6000 }];
  edge.latency = { edge: 0.01, transfer: 0, cloud: 0, total: 0.01 };
  edge.edge = {
    memory: { weights: 30000, activations: 10000, total: 40000, limit: 20000 },
    disk: { weights: 15000, graph: 4000, total: 19000, limit: null },
  };
  edge.violated = ['memory 40.0 kB over 20.0 kB'];
  manifest.verification = { samples: 8, wireBytes: 12000, outputDifference: 0, outputs: [] };
  return manifest;
}

const COMPARISON = [
  '| | cut | latency | times as long | payload | edge RAM | accuracy | |',
  '|---|---|---:|---:|---:|---:|---:|---|',
  '| **autosplit** | a\\|b\\_c | 53.0 ms |  | 1.50 kB | 10.0 kB | 88 % | holds |',
  '| cloud-only | all in the cloud | 106 ms | 2.00x | 6.00 kB | 0 B | 90 % | holds |',
  '| edge-only | all on the edge | 10.0 ms |  | 0 B | 40.0 kB | not measured | breaks memory |',
];

it('says in a comment what was decided and what it costs', () => {
  expect(markdownSummary(fixed()).split('\n')).toEqual([
    '### autosplit: split of `model.onnx`',
    '',
    '2 of 3 layers run on the edge, which sends a\\|b\\_c (1 × 2 × 3) at 3 bits, deflate, 1.50 kB: 53.0 ms end to end. Everything in the cloud takes 106 ms (2.00x); everything on the edge breaks memory 40.0 kB over 20.0 kB.',
    '',
    '| | |',
    '|---|---|',
    '| latency | **53.0 ms**: edge 1.00 ms, link 50.0 ms, cloud 2.00 ms |',
    '| payload | 1.50 kB, 25 % of what cloud-only sends: `a\\|b_c` at 3 bits, deflate |',
    '| edge RAM | 10.0 kB of 20.0 kB (50 %) |',
    '| edge disk | 6.60 kB: packed weights 4.00 kB, graph about 2.60 kB (predicted) |',
    '| edge weights | 4 bits on average |',
    '| accuracy | `top1` 88 % measured on 50 samples, float 90 %: drop 2 % (95 %: -1 % to 5 %), limit 3 %; holds |',
    '| verified | 8 samples as two processes: 12.0 kB of codes equal, all outputs equal |',
    '',
    ...COMPARISON,
    '',
  ]);
});

it('says what changed since a commit', () => {
  const before = fixed();
  before.plan.latency = { edge: 0.001, transfer: 0.1, cloud: 0.002, total: 0.103 };
  before.plan.cut = [{ ...before.plan.cut[0], tensor: 'early', bytes: 3000 }];
  before.plan.layers[0].weightBits = 8;
  before.inputs.model = { 'model.onnx': '0'.repeat(64) };
  const text = markdownSummary(fixed(), changesSince(before, fixed(), 'main'));
  expect(text.split('\n').slice(4, -COMPARISON.length - 2)).toEqual([
    'The cut has moved since `main`: after early → after a\\|b\\_c.',
    '',
    '| | `main` | now | |',
    '|---|---:|---:|---:|',
    '| latency | 103 ms | 53.0 ms | −48.5 % |',
    '| link | 100 ms | 50.0 ms | −50 % |',
    '| payload | 3.00 kB | 1.50 kB | −50 % |',
    '| mean weight bits | 5.33 bits | 4 bits | −25 % |',
    '',
    '1 layer has another side or other bits.',
    '',
    'Inputs that have changed:',
    '',
    '- `model: model.onnx has changed`',
  ]);
});

it('says so where nothing changed', () => {
  expect(markdownSummary(fixed(), changesSince(fixed(), fixed(), 'v1|2'))).toContain(
    'Nothing has changed since `v1\\|2`.',
  );
});

it('shows certificate and warnings, and compares with nothing where accuracy is predicted', () => {
  const manifest = fixed();
  const { plan } = manifest;
  plan.certificate = { complete: false, families: 4, measured: 1, untried: 3, statement: '3 families were not tried.' };
  plan.warnings = ['validation is calibration'];
  manifest.deployable = { edge: false, cloud: true, reasons: { edge: 'the edge side does not run on it' } };
  expect(markdownSummary(manifest)).toContain(
    '\n\n3 families were not tried.\n\n**Warning:** validation is calibration\n\n> The edge side does not run on it.\n\n',
  );
  delete plan.accuracy;
  plan.accuracySource = 'predicted';
  const text = markdownSummary(manifest);
  expect(text).toContain('| accuracy | predicted, not measured: error ');
  expect(text).not.toContain('2.00x');
});
