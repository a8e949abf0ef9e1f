import * as Plot from '@observablehq/plot';
import type { Alternative, PlanDocument } from '../../../documents/plan.js';
import { bytes, seconds } from '../../../util/format.js';
import {
  breaks,
  brokenLimits,
  brokenNames,
  scoreOf,
  slowdown,
  standingOf,
  verdictInWords,
  verdictOfPlan,
} from '../../accuracy.js';
import { timeUnit, type Unit } from '../../units.js';
import { baselinesOf, cutLabel, payloadOf, shortened } from '../../words.js';
import { amountAxis, ROW_HEIGHT, rowAxis } from '../axes.js';
import { type Canvas, chart } from '../chart.js';
import { folded, legend, section, table } from '../figure.js';
import { html, type Markup } from '../markup.js';

interface Row {
  /** Layers on the edge; empty for a baseline. */
  edgeLayers: string;
  /** Shortened to `most` characters. */
  name: (most: number) => string;
  plan: Pick<Alternative, 'latency' | 'feasible' | 'violated' | 'cut' | 'edge' | 'decision' | 'error' | 'accuracy'>;
  isChosen: boolean;
}

const isBroken = ({ plan }: Row) => brokenLimits(plan).length > 0;

const PARTS = ['edge', 'transfer', 'cloud'] as const;
/** The axis ends at this many times the latency of the slowest plan that keeps all limits. */
const LONGEST = 2.5;

/** Latency of the best plan of each cut and of the baselines. */
export function latencySection(plan: PlanDocument): Markup {
  const candidates = plan.candidates.map(
    (candidate): Row => ({
      edgeLayers: String(candidate.edgeLayers),
      name: (most) => cutLabel(candidate, most),
      plan: candidate,
      isChosen: candidate.chosen,
    }),
  );
  const own: Row = { edgeLayers: '', name: () => 'this plan', plan: { ...plan, feasible: true }, isChosen: true };
  const others = baselinesOf(plan).map(
    ([name, baseline]): Row => ({
      edgeLayers: '',
      name: (most) => shortened(name, most),
      plan: baseline,
      isChosen: false,
    }),
  );
  const most = longestShown([...candidates, ...others, own]);
  return section({
    id: 'latency',
    title: 'Latency of every cut',
    lead: html`Each bar is the best plan with that cut: the number of layers on the edge, then the tensor that crosses the
link. ${candidates.length > 1 && 'The chosen plan is framed.'} ✓ keeps the accuracy limit, as measured or because it is the float network; ? was measured on too
few samples to tell; ✕ and a pale bar: breaks a limit. No sign: accuracy predicted, not measured.`,
    body: html`${legend([
      ['edge', 'edge'],
      ['link', 'link'],
      ['cloud', 'cloud'],
    ])}
<h3>Cuts</h3>
${bars(candidates, most, `Latency of ${candidates.length} cuts; the chosen one takes ${seconds(plan.latency.total)}`)}
<h3>Baselines</h3>
${bars([own, ...others], most, 'Latency of this plan beside the baselines')}
${folded('The same as a table', latencyTable([...candidates, ...others], plan))}`,
  });
}

function longestShown(rows: readonly Row[]): number {
  const possible = rows.filter((row) => !isBroken(row)).map(({ plan }) => plan.latency.total);
  const all = rows.map(({ plan }) => plan.latency.total);
  return Math.min(Math.max(...all), LONGEST * Math.max(...(possible.length > 0 ? possible : all)));
}

/** A part of a bar, in units of the axis. */
interface Segment {
  row: number;
  part: (typeof PARTS)[number];
  isPale: boolean;
  start: number;
  end: number;
}

function bars(rows: readonly Row[], most: number, label: string): Markup {
  const unit = timeUnit(most);
  const groups = segmentGroups(rows, most, unit);
  const draw = (canvas: Canvas): Plot.PlotOptions => {
    const { isNarrow } = canvas;
    const right = isNarrow ? 74 : 170;
    const left = isNarrow ? 134 : 250;
    return {
      height: rows.length * ROW_HEIGHT + 52,
      marginLeft: left,
      marginRight: right,
      marginTop: 8,
      marginBottom: 40,
      x: { ...amountAxis(`latency (${unit.name})`, canvas), domain: [0, most / unit.factor || 1] },
      y: rowAxis(rows),
      marks: [
        Plot.barX(rows, {
          filter: 'isChosen',
          x1: 0,
          x2: most / unit.factor || 1,
          y: (_, i) => i,
          insetLeft: (isNarrow ? 0 : 4) - left,
          insetRight: 4 - right,
          rx: 4,
          className: 'chosen-row',
        }),
        ...groups.map(segmentMark),
        ...rowTexts(rows, most, unit, { isNarrow, left }),
      ],
    };
  };
  const tips = Object.fromEntries(
    groups.map(({ part, isPale, segments }) => [
      isPale ? `${part}.pale` : `${part}:not(.pale)`,
      (index: number) => tipOf(rows[segments[index].row]),
    ]),
  );
  return chart({ label, draw, tips });
}

interface SegmentGroup {
  part: Segment['part'];
  isPale: boolean;
  segments: Segment[];
}

/** Segments by part and paleness: each group is one mark, with one style. */
function segmentGroups(rows: readonly Row[], most: number, unit: Unit): SegmentGroup[] {
  const all = rows.flatMap((row, index) => {
    let from = 0;
    return PARTS.map((part): Segment => {
      const start = Math.min(from, most);
      from += row.plan.latency[part];
      const end = Math.min(from, most);
      return { row: index, part, isPale: isBroken(row), start: start / unit.factor, end: end / unit.factor };
    });
  });
  return PARTS.flatMap((part) =>
    [false, true].map((isPale) => ({
      part,
      isPale,
      segments: all.filter((segment) => segment.part === part && segment.isPale === isPale),
    })),
  );
}

const segmentMark = ({ part, isPale, segments }: SegmentGroup): Plot.Markish =>
  Plot.barX(segments, {
    x1: 'start',
    x2: 'end',
    y: 'row',
    inset: 0,
    insetTop: 2,
    insetBottom: 2,
    className: `${part}${isPale ? ' pale' : ''}`,
  });

/** Name and number of layers to the left of each bar, its latency to the right. */
const rowTexts = (
  rows: readonly Row[],
  most: number,
  unit: Unit,
  { isNarrow, left }: { isNarrow: boolean; left: number },
): Plot.Markish[] => [
  Plot.text(rows, {
    x: 0,
    y: (_, i) => i,
    text: ({ name }: Row) => name(isNarrow ? 13 : 30),
    textAnchor: 'end',
    dx: -8,
    className: 'row-name',
  }),
  Plot.text(rows, {
    x: 0,
    y: (_, i) => i,
    text: 'edgeLayers',
    textAnchor: 'end',
    dx: -left + (isNarrow ? 20 : 34),
    className: 'row-place',
  }),
  Plot.text(rows, {
    x: ({ plan }: Row) => Math.min(plan.latency.total, most) / unit.factor,
    y: (_, i) => i,
    text: (row: Row) => latencyText(row, most, isNarrow),
    textAnchor: 'start',
    dx: 6,
    className: 'row-value',
  }),
];

/** Signs behind the latency of a plan. The float model keeps the accuracy by definition. */
const MARKS: Partial<Record<ReturnType<typeof standingOf>, string>> = { holds: ' ✓', float: ' ✓', inconclusive: ' ?' };

function latencyText(row: Row, most: number, isNarrow: boolean): string {
  const { plan } = row;
  const value = `${plan.latency.total > most ? '→ ' : ''}${seconds(plan.latency.total)}`;
  if (!isBroken(row)) return `${value}${MARKS[standingOf(plan)] ?? ''}`;
  return isNarrow ? `${value} ✕` : `${value} ✕ ${brokenNames(plan)}`;
}

function tipOf({ name, plan }: Row): string {
  const { edge, transfer, cloud, total } = plan.latency;
  return [
    name(60),
    `${seconds(total)} = edge ${seconds(edge)} + link ${seconds(transfer)} + cloud ${seconds(cloud)}`,
    ...(plan.cut.length > 0 ? [`payload ${bytes(payloadOf(plan))}`] : []),
    `edge memory ${bytes(plan.edge.memory.total)}`,
    `accuracy ${[scoreOf(plan), verdictInWords(plan.accuracy)].filter(Boolean).join(', ')}`,
    ...[breaks(plan)].filter(Boolean),
  ].join('\n');
}

function latencyTable(rows: readonly Row[], plan: PlanDocument): Markup {
  const time = (value: number) => ({ text: seconds(value), by: value });
  return table({
    caption: 'Latency of cuts and baselines',
    columns: [
      { title: 'Cut' },
      { title: 'Layers on the edge', isNumber: true },
      ...['Edge', 'Link', 'Cloud', 'Total'].map((title) => ({ title, isNumber: true })),
      { title: 'Times as long', isNumber: true },
      { title: 'Payload', isNumber: true },
      { title: 'Edge RAM', isNumber: true },
      { title: 'Accuracy', isNumber: true },
      { title: 'Limits' },
    ],
    rows: rows.map(({ name, edgeLayers, plan: other, isChosen }) => ({
      ...(isChosen && { className: 'chosen' }),
      cells: [
        { text: `${name(80)}${isChosen ? ' (chosen)' : ''}` },
        { text: edgeLayers, by: Number(edgeLayers) },
        time(other.latency.edge),
        time(other.latency.transfer),
        time(other.latency.cloud),
        time(other.latency.total),
        { text: slowdown(other, plan), by: other.latency.total },
        { text: bytes(payloadOf(other)), by: payloadOf(other) },
        { text: bytes(other.edge.memory.total), by: other.edge.memory.total },
        { text: scoreOf(other), by: other.accuracy?.quantized ?? null },
        { text: breaks(other) || verdictOfPlan(other) },
      ],
    })),
  });
}
