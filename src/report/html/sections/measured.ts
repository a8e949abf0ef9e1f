import * as Plot from '@observablehq/plot';
import type { PlanDocument } from '../../../plan-document.js';
import { percent, seconds } from '../../../util/format.js';
import { timeUnit } from '../../units.js';
import { cutLabel } from '../../words.js';
import { type Canvas, chart } from '../chart.js';
import { html, type Markup } from '../markup.js';

/** What the plans that were run lose of the metric, with the interval that the samples leave; nothing where none was run. */
export function measuredChart({ measured = [], accuracy, latency }: PlanDocument): Markup | undefined {
  if (!accuracy || measured.length === 0) return undefined;
  const unit = timeUnit(Math.max(...measured.map((point) => point.latency.total)));
  const rows = measured.map((point) => ({
    x: point.latency.total / unit.factor,
    drop: 100 * point.accuracy.drop,
    low: 100 * point.accuracy.interval[0],
    high: 100 * point.accuracy.interval[1],
    isChosen: point.latency.total === latency.total && point.accuracy.drop === accuracy.drop,
  }));
  const limit = accuracy.limit === null ? [] : [100 * accuracy.limit];
  const ends = [0, ...limit, ...rows.flatMap(({ low, high }) => [low, high])];
  const pad = 0.08 * (Math.max(...ends) - Math.min(...ends) || 1);
  const draw = ({ isNarrow }: Canvas): Plot.PlotOptions => ({
    height: isNarrow ? 240 : 280,
    marginLeft: isNarrow ? 54 : 66,
    marginRight: 24,
    marginTop: 30,
    marginBottom: 46,
    inset: 12,
    x: {
      label: `latency (${unit.name})`,
      labelArrow: 'none',
      labelAnchor: 'center',
      grid: true,
      ticks: isNarrow ? 4 : 8,
      ...(rows.length === 1 && { domain: [0.9 * rows[0].x, 1.1 * rows[0].x] }),
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
        frameAnchor: 'left',
        dy: -8,
        dx: 30,
        text: () => `limit ${percent(accuracy.limit ?? 0)}`,
        className: 'limit-name',
      }),
      Plot.ruleX(rows, { x: 'x', y1: 'low', y2: 'high', className: 'interval' }),
      Plot.dot(rows, { filter: 'isChosen', x: 'x', y: 'drop', r: 11, className: 'ring' }),
      Plot.dot(rows, { x: 'x', y: 'drop', r: 6, className: 'measured' }),
    ],
  });
  const tip = (index: number) => {
    const { accuracy: found, latency: time } = measured[index];
    return [
      cutLabel(measured[index], 40),
      `${seconds(time.total)}, ${percent(found.quantized)} of ${percent(found.float)}`,
      `drop ${percent(found.drop)}, 95 %: ${percent(found.interval[0])} to ${percent(found.interval[1])}`,
    ].join('\n');
  };
  return html`<h3>Measured accuracy</h3>
<p class="lead">What the plans that were quantized and run lose of ${accuracy.metric} on ${accuracy.samples} samples, fastest first; the lines are 95 % confidence intervals.</p>
${chart({ label: `Drop of ${accuracy.metric} of ${measured.length} plans by latency`, draw, tips: { measured: tip } })}`;
}
