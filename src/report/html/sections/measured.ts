import * as Plot from '@observablehq/plot';
import type { PlanDocument } from '../../../documents/plan.js';
import { percent, seconds } from '../../../util/format.js';
import { verdictInWords } from '../../accuracy.js';
import { timeUnit } from '../../units.js';
import { cutLabel } from '../../words.js';
import { amountAxis, sideBySide, spanOf } from '../axes.js';
import { type Canvas, chart } from '../chart.js';
import { html, type Markup } from '../markup.js';

const [RIGHT, INSET] = [24, 12];
const left = (isNarrow: boolean) => (isNarrow ? 54 : 66);
/** Least distance between two points, in pixels. */
const APART = 26;

interface Point {
  x: number;
  drop: number;
  low: number;
  high: number;
  isChosen: boolean;
}

const marks = (points: readonly Point[]): Plot.Markish[] => [
  Plot.ruleX(points, { x: 'x', y1: 'low', y2: 'high', className: 'interval' }),
  Plot.dot(points, { filter: 'isChosen', x: 'x', y: 'drop', r: 11, className: 'ring' }),
  Plot.dot(points, { x: 'x', y: 'drop', r: 6, className: 'measured' }),
];

/**
 * Measured accuracy drops with confidence intervals; undefined if no plan was measured.
 */
export function measuredChart({ measured = [], accuracy, latency }: PlanDocument): Markup | undefined {
  if (!accuracy || measured.length === 0) return undefined;
  const unit = timeUnit(Math.max(...measured.map((point) => point.latency.total)));
  const points = measured
    .map((point, index) => ({
      index,
      time: point.latency.total / unit.factor,
      drop: 100 * point.accuracy.drop,
      low: 100 * point.accuracy.interval[0],
      high: 100 * point.accuracy.interval[1],
      isChosen: point.latency.total === latency.total && point.accuracy.drop === accuracy.drop,
    }))
    .sort((a, b) => a.time - b.time);
  const span = spanOf(points.map(({ time }) => time));
  const limit = accuracy.limit === null ? [] : [100 * accuracy.limit];
  const ends = [0, ...limit, ...points.flatMap(({ low, high }) => [low, high])];
  const pad = 0.08 * (Math.max(...ends) - Math.min(...ends) || 1);
  /** Points with overlapping positions are moved apart. */
  const placed = ({ width, isNarrow }: Canvas) => {
    const perPixel = (span[1] - span[0]) / (width - left(isNarrow) - RIGHT - 2 * INSET);
    const places = sideBySide(
      points.map(({ time }) => time),
      APART * perPixel,
    );
    return points.map((point, i) => ({ ...point, x: places[i] }));
  };
  const draw = (canvas: Canvas): Plot.PlotOptions => {
    const shown = placed(canvas);
    return {
      height: canvas.isNarrow ? 240 : 280,
      marginLeft: left(canvas.isNarrow),
      marginRight: RIGHT,
      marginTop: 30,
      marginBottom: 46,
      inset: INSET,
      x: {
        ...amountAxis(`latency (${unit.name})`, canvas),
        domain: [Math.min(span[0], shown[0].x), Math.max(span[1], shown[shown.length - 1].x)],
      },
      y: {
        domain: [Math.min(...ends) - pad, Math.max(...ends) + pad],
        label: 'drop (percentage points)',
        labelArrow: 'none',
        grid: true,
        ticks: 6,
      },
      marks: [
        Plot.ruleY([0]),
        Plot.ruleY(limit, { className: 'limit' }),
        Plot.text(limit, {
          y: (d: number) => d,
          frameAnchor: 'right',
          dy: -8,
          dx: -4,
          text: () => `limit ${percent(accuracy.limit ?? 0)}`,
          className: 'limit-name',
        }),
        ...marks(shown),
      ],
    };
  };
  const tip = (index: number) => {
    const point = measured[points[index].index];
    const { accuracy: found, latency: time } = point;
    return [
      cutLabel(point, 40),
      `${seconds(time.total)}, ${percent(found.quantized)} of ${percent(found.float)}`,
      `drop ${percent(found.drop)}, 95 %: ${percent(found.interval[0])} to ${percent(found.interval[1])}`,
      ...[verdictInWords(found)].filter(Boolean),
    ].join('\n');
  };
  return html`<h3>Measured accuracy</h3>
<p class="lead">Measured loss of ${accuracy.metric} of each plan that was quantized and run, with 95 % confidence intervals. The chosen plan ran on ${accuracy.samples} samples, the others on as many as their verdict needed. Plans of equal latency are drawn side by side.</p>
${chart({ label: `Drop of ${accuracy.metric} of ${measured.length} plans by latency`, draw, tips: { measured: tip } })}`;
}
