import type { SplitManifest } from '../bundle/manifest.js';
import { inputChanges } from '../freshness/index.js';
import { bytes, dollars, joules, number, percent, seconds } from '../util/format.js';
import { cutInWords } from './format.js';
import { meanWeightBits, payloadOf } from './words.js';

type Unit = 'seconds' | 'bytes' | 'bits' | 'share' | 'joules' | 'dollars' | 'none';

/** One figure of a plan before and after; null if the plan has none. */
export interface Change {
  name: string;
  unit: Unit;
  before: number | null;
  after: number | null;
}

/** What changed between two bundles of one build. */
export interface Changes {
  /** Name of the other bundle, such as a commit. */
  reference: string;
  /** Both cuts in words; null if they are the same. */
  cut: { before: string; after: string } | null;
  /** Figures of both bundles, unchanged ones included. */
  figures: Change[];
  /** Number of layers whose side or weight bits differ, or that only one bundle has. */
  layers: number;
  /** Changes of config, presets, model and samples, a line each. */
  inputs: string[];
}

type Plan = SplitManifest['plan'];

export function changesSince(before: SplitManifest, after: SplitManifest, reference: string): Changes {
  const cut = { before: cutOf(before.plan), after: cutOf(after.plan) };
  const was = figuresOf(before.plan);
  return {
    reference,
    cut: cut.before === cut.after ? null : cut,
    figures: figuresOf(after.plan).flatMap(({ name, unit, value }, i): Change[] => {
      const old = was[i].value;
      return value === null && old === null ? [] : [{ name, unit, before: old, after: value }];
    }),
    layers: changedLayers(before.plan, after.plan),
    inputs: inputChanges(before.inputs, after.inputs),
  };
}

const cutOf = ({ decision, cut }: Plan) =>
  cutInWords(
    decision,
    cut.map(({ tensor }) => tensor),
  );

function figuresOf(plan: Plan): { name: string; unit: Unit; value: number | null }[] {
  const { latency, edge, error, accuracy, energy, cost, baselines } = plan;
  return [
    { name: 'latency', unit: 'seconds', value: latency.total },
    { name: 'edge', unit: 'seconds', value: latency.edge },
    { name: 'link', unit: 'seconds', value: latency.transfer },
    { name: 'cloud', unit: 'seconds', value: latency.cloud },
    { name: 'payload', unit: 'bytes', value: payloadOf(plan) },
    { name: 'edge RAM', unit: 'bytes', value: edge.memory.total },
    // Manifests of older versions have no disk size.
    { name: 'edge disk', unit: 'bytes', value: edge.disk?.total ?? null },
    { name: 'mean weight bits', unit: 'bits', value: meanWeightBits(plan) ?? null },
    { name: 'accuracy', unit: 'share', value: accuracy?.quantized ?? null },
    { name: 'accuracy drop', unit: 'share', value: accuracy?.drop ?? null },
    { name: 'error', unit: 'none', value: error.total },
    { name: 'energy', unit: 'joules', value: energy?.total ?? null },
    { name: 'cost', unit: 'dollars', value: cost?.total ?? null },
    { name: 'cloud-only latency', unit: 'seconds', value: baselines['cloud-only']?.latency.total ?? null },
  ];
}

function changedLayers(before: Plan, after: Plan): number {
  const stateOf = ({ layers }: Plan) =>
    new Map(layers.map(({ name, placement, weightBits }) => [name, `${placement} ${weightBits}`]));
  const [was, is] = [stateOf(before), stateOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name)).length;
}

const SHOW: Record<Unit, (value: number) => string> = {
  seconds,
  bytes,
  bits: (value) => `${number(value)} bits`,
  share: percent,
  joules,
  dollars,
  none: number,
};

export const shown = (value: number | null, unit: Unit): string => (value === null ? '' : SHOW[unit](value));

/**
 * The relative change in percent, of shares in points; empty if unchanged or if one value is missing.
 */
export function difference({ unit, before, after }: Change): string {
  if (before === null || after === null || before === after) return '';
  const signed = (value: number) => `${value > 0 ? '+' : '−'}${number(Math.abs(value))}`;
  if (unit === 'share') return `${signed(100 * (after - before))} points`;
  return before === 0 ? '' : `${signed((100 * (after - before)) / before)} %`;
}
