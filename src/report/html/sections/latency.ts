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
import { timeUnit } from '../../units.js';
import { baselinesOf, cutLabel, payloadOf, shortened } from '../../words.js';
import { amountAxis, ROW_HEIGHT, rowAxis } from '../axes.js';
import { type Canvas, chart } from '../chart.js';
import { folded, legend, section, table } from '../figure.js';
import { html, type Markup } from '../markup.js';

interface Row {
  /** Before the name: layers on the edge. */
  place: string;
  name: (most: number) => string;
  plan: Pick<Alternative, 'latency' | 'feasible' | 'violated' | 'cut' | 'edge' | 'decision' | 'error' | 'accuracy'>;
  isChosen: boolean;
}

const isBroken = ({ plan }: Row) => brokenLimits(plan).length > 0;

const PARTS = ['edge', 'transfer', 'cloud'] as const;
/** What is slower than this many times the slowest plan that counts ends at the border, with its time beside it. */
const LONGEST = 2.5;

/** Latency of the best plan of each cut, and of the baselines, on one scale. */
export function latencySection(plan: PlanDocument): Markup {
  const candidates = plan.candidates.map(
    (candidate): Row => ({
      place: String(candidate.edgeLayers),
      name: (most) => cutLabel(candidate, most),
      plan: candidate,
      isChosen: candidate.chosen,
    }),
  );
  const own: Row = { place: '', name: () => 'this plan', plan: { ...plan, feasible: true }, isChosen: true };
  const others = baselinesOf(plan).map(
    ([name, baseline]): Row => ({ place: '', name: (most) => shortened(name, most), plan: baseline, isChosen: false }),
  );
  const most = longestShown([...candidates, ...others, own]);
  return section({
    id: 'latency',
    title: 'Latency of every cut',
    lead: html`One bar for the best plan of each cut along the network: the number counts the layers on the edge, the name is what crosses
the link. ${candidates.length > 1 && 'The chosen one is framed.'} ✓ holds the accuracy, measured or as the float network; ? was measured on too
few samples to tell; ✕ breaks a limit, and the bar is pale. Where there is no mark, the accuracy is only predicted.`,
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

function bars(rows: readonly Row[], most: number, label: string): Markup {
  const unit = timeUnit(most);
  const segments = rows.flatMap(({ plan }, row) => {
    let from = 0;
    return PARTS.map((part) => {
      const start = Math.min(from, most);
      from += plan.latency[part];
      return { row, part, start: start / unit.factor, end: Math.min(from, most) / unit.factor };
    });
  });
  const bar = (part: (typeof PARTS)[number], pale: boolean) => {
    const shown = segments.filter((segment) => segment.part === part && isBroken(rows[segment.row]) === pale);
    return {
      shown,
      mark: Plot.barX(shown, {
        x1: 'start',
        x2: 'end',
        y: 'row',
        inset: 0,
        insetTop: 2,
        insetBottom: 2,
        className: `${part}${pale ? ' pale' : ''}`,
      }),
    };
  };
  const marks = PARTS.flatMap((part) => [bar(part, false), bar(part, true)]);
  const draw = (canvas: Canvas): Plot.PlotOptions => {
    const { isNarrow } = canvas;
    const letters = isNarrow ? 13 : 30;
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
        ...marks.map(({ mark }) => mark),
        Plot.text(rows, {
          x: 0,
          y: (_, i) => i,
          text: ({ name }: Row) => name(letters),
          textAnchor: 'end',
          dx: -8,
          className: 'row-name',
        }),
        Plot.text(rows, {
          x: 0,
          y: (_, i) => i,
          text: 'place',
          textAnchor: 'end',
          dx: -left + (isNarrow ? 20 : 34),
          className: 'row-place',
        }),
        Plot.text(rows, {
          x: ({ plan }: Row) => Math.min(plan.latency.total, most) / unit.factor,
          y: (_, i) => i,
          text: (row: Row) => written(row, most, isNarrow),
          textAnchor: 'start',
          dx: 6,
          className: 'row-value',
        }),
      ],
    };
  };
  const tips = Object.fromEntries(
    PARTS.flatMap((part, p) =>
      [false, true].map((pale, q) => {
        const { shown } = marks[2 * p + q];
        return [pale ? `${part}.pale` : `${part}:not(.pale)`, (index: number) => tipOf(rows[shown[index].row])];
      }),
    ),
  );
  return chart({ label, draw, tips });
}

/** Marks of what was measured. The float model needs no measuring. */
const MARKS: Partial<Record<ReturnType<typeof standingOf>, string>> = { holds: ' ✓', float: ' ✓', inconclusive: ' ?' };

function written(row: Row, most: number, isNarrow: boolean): string {
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
    rows: rows.map(({ name, place, plan: other, isChosen }) => ({
      ...(isChosen && { className: 'chosen' }),
      cells: [
        { text: `${name(80)}${isChosen ? ' (chosen)' : ''}` },
        { text: place, by: Number(place) },
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
