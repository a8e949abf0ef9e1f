import type { CompareDocument, CutName, Method, Sweep } from '../compare-document.js';
import type { Alternative } from '../plan-document.js';
import { bytes, number, seconds, times } from '../util/format.js';
import { cutInWords, rate, table, UNMEASURED } from './format.js';

/** Every method in a line, and the sweep with the places where the cut changes. */
export function compareSummary({ build, measured, methods, uplink, sweep }: CompareDocument): string {
  const head = ['', 'cut', 'edge layers', 'bits', 'sends', 'edge', 'link', 'cloud', 'total', 'speed-up', 'memory', 'error', ''];
  const right = head.map((_, column) => column).filter((column) => column === 2 || (column >= 5 && column <= 11));
  return [
    '',
    `${build}: every method by the same accounting, at ${rate(uplink)} up; speed-up is that of autosplit`,
    ...(measured ? [] : [UNMEASURED]),
    '',
    ...table([head, ...methods.map(methodRow)], right),
    ...(sweep ? ['', ...sweepLines(sweep)] : []),
    '',
  ].join('\n');
}

function methodRow({ name, plan, edgeLayers, weightBits, speedup }: Method): string[] {
  return [
    name,
    cutOf(plan),
    String(edgeLayers),
    weightBits.map(({ bits }) => (bits === 32 ? 'float' : bits)).join('/'),
    sends(plan),
    ...times4(plan),
    speedup === null ? '' : times(speedup),
    bytes(plan.edge.memory.total),
    number(plan.error.total),
    plan.feasible ? 'feasible' : `breaks ${plan.violated?.join(' and ') || 'a limit'}`,
  ];
}

const times4 = ({ latency: { edge, transfer, cloud, total } }: Alternative) => [edge, transfer, cloud, total].map(seconds);

const cutOf = ({ decision, cut }: Alternative) =>
  cutInWords(
    decision,
    cut.map(({ tensor }) => tensor),
  );

/** What crosses: bits and encodings that occur, and the bytes of all. */
function sends({ cut }: Alternative): string {
  if (cut.length === 0) return '';
  const ways = [...new Set(cut.map(({ bits, encoding }) => `${bits} bits ${encoding}`))];
  return `${bytes(cut.reduce((sum, tensor) => sum + tensor.bytes, 0))}, ${ways.join(' and ')}`;
}

function sweepLines({ parameter, configured, points, changes }: Sweep): string[] {
  const show = parameter === 'uplink' ? rate : bytes;
  const allowed = (value: number | null) => (value === null ? '-' : seconds(value));
  const rows = points.map(({ value, plan, cloudOnly, edgeOnly }) => [
    show(value),
    plan ? cutOf(plan) : 'no plan within the limits',
    ...(plan ? times4(plan) : ['', '', '', '']),
    plan ? bytes(plan.edge.memory.total) : '',
    allowed(cloudOnly),
    allowed(edgeOnly),
    plan && !plan.feasible ? 'over the latency limit' : '',
  ]);
  const head = [parameter, 'cut', 'edge', 'link', 'cloud', 'total', 'memory', 'cloud-only', 'edge-only', ''];
  return [
    ...table([head, ...rows], [0, 2, 3, 4, 5, 6, 7, 8]),
    '',
    ...(changes.length === 0
      ? [`the cut does not change in this range (${parameter} is ${show(configured)} in the config)`]
      : [
          `the cut changes (${parameter} is ${show(configured)} in the config)`,
          ...table(changes.map(({ at, from, to }) => [`  at ${show(at)}`, `from ${named(from)}`, `to ${named(to)}`])),
        ]),
  ];
}

const named = (cut: CutName) => (cut ? cutInWords(cut.decision, cut.tensors) : 'no plan');
