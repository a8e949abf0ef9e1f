import type { Layer } from '../../../src/report/html/network/groups.js';

/** A layer by what it reads and what it makes; it makes a tensor of its own name. */
export const layer = (name: string, inputs: string[], placement: 'edge' | 'cloud' = 'edge'): Layer => ({
  name,
  op: 'Conv',
  inputs,
  outputs: [name],
  placement,
  weightBits: placement === 'edge' ? 4 : null,
  activationBits: placement === 'edge' ? 8 : null,
  macs: 1e6,
  edgeSeconds: 1e-3,
  edgeJoules: null,
  cloudSeconds: 1e-4,
  weightBytes: placement === 'edge' ? 1000 : null,
  diskBytes: placement === 'edge' ? 500 : null,
  liveBytes: placement === 'edge' ? 2000 : null,
  error: placement === 'edge' ? 0.01 : null,
});

const sideOf = (i: number, cut: number) => (i < cut ? 'edge' : 'cloud');

export const chain = (length: number, cut: number): Layer[] =>
  Array.from({ length }, (_, i) => layer(`l${i}`, [i === 0 ? 'image' : `l${i - 1}`], sideOf(i, cut)));

/** Blocks of `branches` branches of two layers each that are joined by one. */
export function inception(blocks: number, branches: number, cut: number): Layer[] {
  const layers: Layer[] = [];
  const add = (name: string, inputs: string[]) => layers.push(layer(name, inputs, sideOf(layers.length, cut)));
  let last = 'image';
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < branches; i++) {
      add(`b${b}.${i}a`, [last]);
      add(`b${b}.${i}b`, [`b${b}.${i}a`]);
    }
    add(
      `b${b}`,
      Array.from({ length: branches }, (_, i) => `b${b}.${i}b`),
    );
    last = `b${b}`;
  }
  return layers;
}

/** Every layer reads all before it: no chain, and no place that a single tensor passes. */
export const dense = (length: number, cut: number): Layer[] =>
  Array.from({ length }, (_, i) =>
    layer(`d${i}`, ['image', ...Array.from({ length: i }, (_, j) => `d${j}`)], sideOf(i, cut)),
  );
