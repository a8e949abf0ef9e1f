import type { CompareDocument, CutName, Method, Sweep } from '../documents/compare.js';
import type { Alternative } from '../documents/plan.js';
import { bytes, number, percent, seconds } from '../util/format.js';
import { PREDICTED_LINE, remark, scoreOf, slowdown } from './accuracy.js';
import { counted, cutInWords, dense, rate, sends, table } from './format.js';
import { warningLines } from './words.js';

/** A line per method, then the sweep and the values at which the cut changes. */
export function compareSummary(document: CompareDocument): string {
  const { build, infeasible, methods, uplink, sweep, warnings } = document;
  return [
    '',
    ...(sourceOf(document) === 'predicted' ? [PREDICTED_LINE, ''] : []),
    `${build}: every method by the same accounting, at ${rate(uplink)} up`,
    ...(infeasible ? [`as it is configured, ${infeasible}`] : []),
    ...warningLines(warnings),
    '',
    ...methodTable(methods, sourceOf(document)),
    ...(sweep ? ['', ...sweepLines(sweep)] : []),
    '',
  ].join('\n');
}

const sourceOf = ({ accuracySource, measured }: CompareDocument) =>
  accuracySource ?? (measured ? 'measured' : 'predicted');

/** Shows `times as long` only for measured methods that keep all limits. */
function methodTable(methods: readonly Method[], accuracySource: 'measured' | 'predicted'): string[] {
  const own = methods.find(({ name }) => name === 'autosplit')?.plan;
  const hasScores = methods.some(({ plan }) => plan.accuracy);
  const rows = methods.map(({ name, plan, edgeLayers, weightBits }) => [
    name,
    cutOf(plan),
    String(edgeLayers),
    weightBits.map(({ bits }) => (bits === 32 ? 'float' : bits)).join('/'),
    sends(plan),
    ...times4(plan),
    own && plan !== own ? slowdown(plan, { ...own, accuracySource }) : '',
    bytes(plan.edge.memory.total),
    number(plan.error.total),
    hasScores ? scoreOf(plan) : '',
    remark(plan),
  ]);
  const head = [
    ...['', 'cut', 'edge layers', 'bits', 'sends', 'edge', 'link', 'cloud', 'total'],
    ...['times as long', 'RAM', 'predicted error', 'accuracy', ''],
  ];
  return dense([head, ...rows], [2, 5, 6, 7, 8, 9, 10, 11, 12]);
}

const times4 = ({ latency: { edge, transfer, cloud, total } }: Alternative) =>
  [edge, transfer, cloud, total].map(seconds);

const cutOf = ({ decision, cut }: Alternative) =>
  cutInWords(
    decision,
    cut.map(({ tensor }) => tensor),
  );

const SHOWN: Record<Sweep['parameter'], (value: number) => string> = { uplink: rate, memory: bytes, error: number };

function sweepLines({ parameter, configured, points, changes }: Sweep): string[] {
  const show = SHOWN[parameter];
  const allowed = (value: number | null) => (value === null ? '-' : seconds(value));
  const isMeasured = points.some(({ accuracy }) => accuracy);
  const rows = points.map(({ value, plan, cloudOnly, edgeOnly, accuracy }) => [
    show(value),
    plan ? cutOf(plan) : 'no plan within the limits',
    ...(plan ? times4(plan) : ['', '', '', '']),
    plan ? bytes(plan.edge.memory.total) : '',
    ...(isMeasured ? [accuracy ? percent(accuracy.drop) : ''] : []),
    allowed(cloudOnly),
    allowed(edgeOnly),
    plan && !plan.feasible ? 'over the latency limit' : '',
  ]);
  const drop = points.find(({ accuracy }) => accuracy)?.accuracy;
  const head = [
    parameter,
    'cut',
    'edge',
    'link',
    'cloud',
    'total',
    'memory',
    ...(isMeasured ? ['drop'] : []),
    'cloud-only',
    'edge-only',
    '',
  ];
  const own =
    configured === null ? `the config sets no ${parameter}` : `${parameter} is ${show(configured)} in the config`;
  return [
    ...table(
      [head, ...rows],
      head.map((_, column) => column).filter((column) => column !== 1 && column !== head.length - 1),
    ),
    ...(isMeasured ? [] : ['accuracy of the plans along the range is predicted, not measured']),
    ...(drop ? [`drop: measured loss of ${drop.metric}, on ${counted(drop.samples, 'sample')}`] : []),
    '',
    ...(changes.length === 0
      ? [`the cut does not change in this range (${own})`]
      : [
          `the cut changes (${own})`,
          ...table(changes.map(({ at, from, to }) => [`  at ${show(at)}`, `from ${named(from)}`, `to ${named(to)}`])),
        ]),
  ];
}

const named = (cut: CutName) => (cut ? cutInWords(cut.decision, cut.tensors) : 'no plan');
