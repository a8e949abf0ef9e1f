import * as Plot from '@observablehq/plot';
import type { Alternative } from '../../../documents/plan.js';
import { bytes, number, seconds } from '../../../util/format.js';
import { breaks, brokenLimits } from '../../accuracy.js';
import { timeUnit, type Unit } from '../../units.js';
import { cutLabel } from '../../words.js';
import { amountAxis, decadeTick, spanOf } from '../axes.js';
import { type Canvas, chart } from '../chart.js';
import { type Placed, placeLabels } from '../labels.js';
import type { Markup } from '../markup.js';

/** A plan of the chart. The first is the plan of the report. */
export interface FrontPlan {
  name: string;
  plan: Omit<Alternative, 'feasible' | 'violated'> & Partial<Pick<Alternative, 'feasible' | 'violated'>>;
  kind: 'own' | 'front' | 'baseline';
}

/** Both axes of the chart, latency in `unit` and error as its common logarithm. */
interface Scales {
  unit: Unit;
  /** Latency on a logarithmic axis. */
  isLogarithmic: boolean;
  /** Seconds at the ends of the latency axis: plans beyond them are drawn at the border. */
  shown: Range;
  x: Range;
  y: Range;
  /** Smallest and largest error above 0. */
  errors: Range;
  /** Where errors of 0 are drawn, if there are any: a logarithmic axis has no 0. */
  zero: number | undefined;
}

type Range = [from: number, to: number];

interface Dot {
  x: number;
  y: number;
  radius: number;
  kind: FrontPlan['kind'];
  decision: Alternative['decision'];
  isPossible: boolean;
}

const SYMBOL = { split: 'circle', 'edge-only': 'square', 'cloud-only': 'triangle' } as const;
const COLOUR = { split: 'var(--link)', 'edge-only': 'var(--edge)', 'cloud-only': 'var(--cloud)' };

const [RIGHT, TOP, BOTTOM, INSET, INSET_BOTTOM] = [24, 30, 46, 16, 36];
const left = (isNarrow: boolean) => (isNarrow ? 54 : 66);
const heightOf = (isNarrow: boolean) => (isNarrow ? 320 : 400);

/** Plans by latency and predicted error; the area of a point is the edge RAM. Each point can be picked. */
export function frontChart(plans: readonly FrontPlan[]): Markup {
  const scales = scalesOf(plans);
  const dots = dotsOf(plans, scales);
  const draw = (canvas: Canvas): Plot.PlotOptions => ({
    height: heightOf(canvas.isNarrow),
    marginLeft: left(canvas.isNarrow),
    marginRight: RIGHT,
    marginTop: TOP,
    marginBottom: BOTTOM,
    inset: INSET,
    insetBottom: INSET_BOTTOM,
    x: latencyAxis(scales, canvas),
    y: errorAxis(scales, canvas),
    r: { type: 'identity' },
    symbol: { type: 'identity' },
    color: { type: 'identity' },
    marks: [...pointMarks(dots), ...nameMarks(dots, baselineNames(plans, dots, scales, canvas))],
  });
  const tip = (index: number) => tipOf(plans[index]);
  return chart({
    label: 'Plans by latency and predicted error; arrow keys move from plan to plan',
    draw,
    tips: { point: tip },
    picks: { className: 'point', label: (index) => tip(index).replaceAll('\n', ', '), picked: 0 },
  });
}

function scalesOf(plans: readonly FrontPlan[]): Scales {
  const unit = timeUnit(Math.max(...plans.map(({ plan }) => plan.latency.total)));
  const positive = plans.map(({ plan }) => plan.error.total).filter((error) => error > 0);
  const [low, high] = [Math.min(...positive, 1), Math.max(...positive, 1e-12)];
  const zero = positive.length < plans.length ? low / 2 : undefined;
  const shown = shownTimes(plans);
  const times = plans.map(({ plan }) => clamped(plan.latency.total, shown) / unit.factor);
  return {
    unit,
    isLogarithmic: Math.max(...times) > 20 * Math.min(...times.filter((time) => time > 0)),
    shown,
    x: spanOf(times),
    y: [Math.log10(zero ?? low / 1.2), Math.log10(Math.max(high * 1.2, low * 2))],
    errors: [low, high],
    zero,
  };
}

/** The range around the plans that keep all limits. */
function shownTimes(plans: readonly FrontPlan[]): Range {
  const possible = plans.filter(({ plan }) => brokenLimits(plan).length === 0).map(({ plan }) => plan.latency.total);
  return [Math.min(...possible) / 1.6, Math.max(...possible) * 1.6];
}

const clamped = (value: number, [from, to]: Range) => Math.min(to, Math.max(from, value));

function dotsOf(plans: readonly FrontPlan[], { unit, shown, errors, zero }: Scales): Dot[] {
  const memory = Math.max(...plans.map(({ plan }) => plan.edge.memory.total), 1);
  return plans.map(({ plan, kind }) => ({
    x: clamped(plan.latency.total, shown) / unit.factor,
    y: Math.log10(Math.max(plan.error.total, zero ?? errors[0])),
    radius: 5 + 9 * Math.sqrt(plan.edge.memory.total / memory),
    kind,
    decision: plan.decision,
    isPossible: brokenLimits(plan).length === 0,
  }));
}

const latencyAxis = ({ unit, isLogarithmic, x }: Scales, canvas: Canvas): Plot.ScaleOptions => ({
  ...amountAxis(`latency (${unit.name}${isLogarithmic ? ', logarithmic' : ''})`, canvas),
  domain: x,
  ...(isLogarithmic && { type: 'log' }),
});

/** Logarithms on a linear scale: on a logarithmic scale, d3 labels powers of ten alone. */
const errorAxis = ({ y, zero, errors: [low, high] }: Scales, { isNarrow }: Canvas): Plot.ScaleOptions => ({
  domain: y,
  label: isNarrow ? 'predicted error (log)' : 'predicted error (logarithmic, no unit)',
  labelArrow: 'none',
  grid: true,
  ticks: [...(zero === undefined ? [] : [zero]), ...decades(low, high * 1.2)].map(Math.log10),
  tickFormat: (d: number) => (zero !== undefined && d === Math.log10(zero) ? '0' : decadeTick(10 ** d)),
});

/** Powers of ten between two numbers; their multiples by 2 and 5 as well over up to three decades. */
function decades(low: number, high: number): number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const steps = to - from > 3 ? [1] : [1, 2, 5];
  const all = Array.from({ length: to - from + 1 }, (_, i) =>
    steps.map((step) => Number(`${step}e${from + i}`)),
  ).flat();
  return all.filter((tick) => tick >= low && tick <= high);
}

/** The points, and a ring around the plan of the report. */
const pointMarks = (dots: readonly Dot[]): Plot.Markish[] => [
  Plot.dot(dots, {
    filter: ({ kind }: Dot) => kind === 'own',
    x: 'x',
    y: 'y',
    r: ({ radius }: Dot) => radius + 5,
    className: 'ring',
  }),
  Plot.dot(dots, {
    x: 'x',
    y: 'y',
    r: 'radius',
    symbol: ({ decision }: Dot) => SYMBOL[decision],
    fill: ({ decision }: Dot) => COLOUR[decision],
    fillOpacity: ({ isPossible }: Dot) => (isPossible ? 0.85 : 0.25),
    sort: null,
    className: 'point',
  }),
];

const nameMarks = (dots: readonly Dot[], names: readonly Placed[]): Plot.Markish[] =>
  names.map(({ text, index, anchor, dx, dy }) =>
    Plot.text([dots[index]], {
      x: 'x',
      y: 'y',
      text: () => text,
      textAnchor: anchor,
      dx,
      dy,
      className: 'point-name',
    }),
  );

/** Names of the baselines, placed where they cover nothing; `index` is that of the plan. */
function baselineNames(
  plans: readonly FrontPlan[],
  dots: readonly Dot[],
  { isLogarithmic, shown, x: xDomain, y: yDomain }: Scales,
  { width, isNarrow }: Canvas,
): Placed[] {
  const inner = {
    width: width - left(isNarrow) - RIGHT - 2 * INSET,
    height: heightOf(isNarrow) - TOP - BOTTOM - INSET - INSET_BOTTOM,
  };
  const scaled = isLogarithmic ? Math.log : (value: number) => value;
  const share = (value: number, [from, to]: readonly number[]) => (to > from ? (value - from) / (to - from) : 0.5);
  const inPixels = ({ x, y, radius }: Dot) => ({
    x: INSET + inner.width * share(scaled(x), xDomain.map(scaled)),
    y: inner.height * (1 - share(y, yDomain)),
    radius,
  });
  const baselines = plans.flatMap(({ kind }, i) => (kind === 'baseline' ? [i] : []));
  const wanted = baselines.map((i) => ({
    ...inPixels(dots[i]),
    text: withArrow(plans[i].name, plans[i].plan.latency.total, shown),
  }));
  return placeLabels(wanted, dots.map(inPixels), inner.width + 2 * INSET).map((label) => ({
    ...label,
    index: baselines[label.index],
  }));
}

/** An arrow marks a point that is drawn at the border instead of further out. */
const withArrow = (name: string, time: number, [from, to]: Range) =>
  time < from ? `← ${name}` : time > to ? `${name} →` : name;

const tipOf = ({ name, plan }: FrontPlan): string =>
  [
    `${name}: ${cutLabel(plan, 40)}`,
    `${seconds(plan.latency.total)}, predicted error ${number(plan.error.total)}, memory ${bytes(plan.edge.memory.total)}`,
    ...[breaks(plan)].filter(Boolean),
  ].join('\n');
