import { zipSync } from 'fflate';
import { parse } from 'yaml';
import type { PlanDocument } from '../../../src/index.js';
import { plan } from '../../../src/index.js';
import { int, makeInitializer, makeNode } from '../../../src/onnx/build.js';
import type { Model } from '../../../src/onnx/graph.js';
import { writeModel } from '../../../src/onnx/write.js';
import { npy } from '../../e2e/npy.js';
import type { Block } from '../blocks.js';
import { targetPackages } from '../packages.js';
import { CONFIG, type Reader } from './reader.js';

/** What a measured preset states beside its table. */
const MEASURED = `
name: device
title: A device
version: 1
confidence: measured
description: A device.
kind: measured
memory: { value: 1 GB, source: "said" }
onChipMemory: { value: 1 MB, source: "said" }
bandwidth: { value: 1 GB/s, source: "said" }
bits: { weights: { value: [8], source: "said" }, activations: { value: [8], source: "said" } }
`;

const SHAPE = [1, 3, 64, 192];

/**
 * Plans every build with what a block states, in the place where a reader would put it: a config, a part of one, or a
 * preset.
 */
export async function planWith(reader: Reader, { text }: Block, tables: readonly Block[]): Promise<PlanDocument[]> {
  if (/^table:/m.test(text)) return planOf(reader, withPreset(reader, MEASURED + text));
  if (text.includes('preset.schema.json')) return planOf(reader, withPreset(reader, text));
  const { calibration, cloud, edge } = parse(text);
  if (calibration && cloud) {
    // The config of the project from here on.
    reader.write(CONFIG, text);
    return planOf(reader, '');
  }
  if (calibration) {
    reader.write('data/0001.npz', zipSync({ 'image.npy': npy(SHAPE, new Float32Array(3 * 64 * 192).fill(0.5)) }));
    // Tensors are sent as they are.
    return planOf(reader, `input: { encoding: raw }\n${text}`);
  }
  if (edge?.target === 'firmware') {
    installTargets(reader);
    // It reads no pictures.
    return planOf(reader, `input: { encoding: raw }\n${text}`);
  }
  if (!edge?.latency) return planOf(reader, text);
  reader.write('small.onnx', smallNetwork());
  for (const [name, content] of Object.entries(latencies(tables))) reader.write(name, content);
  return planOf(reader, `model: small.onnx\n${text}`);
}

/** The packages of targets that the page shows; the one that is named by its path is one of them. */
function installTargets({ write }: Reader): void {
  for (const [name, content] of Object.entries(targetPackages)) write(`node_modules/${name}`, content);
  write('targets/gateway.mjs', "export { default } from 'autosplit-target-gateway';\n");
}

/** With the config of the page, and a part of one over it. */
function planOf({ folder, write }: Reader, part: string): Promise<PlanDocument[]> {
  write('part.config.yaml', `extends: ./${CONFIG}\n${part}`);
  return plan({ cwd: folder, config: 'part.config.yaml' });
}

/** Writes a preset beside the config; the part of a config that names it. */
function withPreset({ write }: Reader, text: string): string {
  const { name, kind } = parse(text);
  write(`presets/${name}.yaml`, text);
  return `${kind === undefined ? 'network' : 'edge'}: { preset: ./presets/${name}.yaml }\n`;
}

/** The table of the page, for the edge and, a row for each layer, for the cloud. */
function latencies([table]: readonly Block[]): Record<string, string> {
  const [, ...rows] = table.text.trim().split('\n');
  const times = new Map(rows.map((row) => [row.split(',')[0], row.split(',')[3]]));
  return {
    'edge.csv': table.text,
    'cloud.csv': ['layer,milliseconds', ...[...times].map((row) => row.join(','))].join('\n'),
  };
}

/** A network with the layers of that table, which reads plates as well. */
function smallNetwork(): Uint8Array {
  const weights = (name: string, ...dims: number[]) =>
    makeInitializer(
      name,
      Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => Math.sin(1 + i)),
      dims,
    );
  const ints = (...value: number[]) => ({ type: 'ints', value }) as const;
  const nodes = [
    { ...makeNode('Conv', ['image', 'w'], ['c'], { kernel_shape: ints(3, 3), strides: ints(4, 4) }), name: 'conv1' },
    { ...makeNode('MaxPool', ['c'], ['p'], { kernel_shape: ints(2, 2), strides: ints(2, 2) }), name: 'pool1' },
    makeNode('Flatten', ['p'], ['f'], { axis: int(1) }),
    { ...makeNode('Gemm', ['f', 'v'], ['logits']), name: 'fc' },
  ];
  const initializers = new Map([weights('w', 4, 3, 3, 3), weights('v', 4 * 8 * 24, 10)].map((one) => [one.name, one]));
  const fact = (name: string, shape: number[]) => ({ name, dtype: 'float32', shape }) as const;
  const graph = {
    name: 'g',
    nodes,
    inputs: [fact('image', SHAPE)],
    outputs: [fact('logits', [1, 10])],
    initializers,
    values: new Map(),
  };
  const model: Model = { irVersion: 8, producer: 'test', opsets: new Map([['', 17]]), graph, functions: [] };
  return writeModel(model, { externalize: false }).skeleton;
}
