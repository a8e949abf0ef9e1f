import * as Plot from '@observablehq/plot';
import type { PlanDocument } from '../../../documents/plan.js';
import { bytes, percent, seconds } from '../../../util/format.js';
import { sizeUnit, timeUnit } from '../../units.js';
import { amountAxis } from '../axes.js';
import { type Canvas, chart } from '../chart.js';
import { legend, section } from '../figure.js';
import { html, type Markup } from '../markup.js';

interface Step {
  name: string;
  /** Seconds from the start of the inference. */
  from: number;
  to: number;
  live: number;
}

/** RAM of the edge during an inference: weights, and live activations. */
export function memorySection(plan: PlanDocument): Markup {
  const { memory } = plan.edge;
  const steps = stepsOf(plan);
  if (steps.length === 0)
    return section({
      id: 'memory',
      title: 'RAM over time',
      lead: 'No layer runs on the edge: it holds only the input.',
      body: '',
    });
  const peak = steps.reduce((a, b) => (b.live > a.live ? b : a));
  const limit = memory.limit === null ? 'no limit' : `a limit of ${bytes(memory.limit)}`;
  return section({
    id: 'memory',
    title: 'RAM over time',
    lead: html`Weights stay in RAM. An activation lives from the layer that writes it to the last layer that reads it. The peak of
${bytes(memory.total)} is at ${peak.name}, with ${limit}${memory.limit !== null && html` (${percent(memory.total / memory.limit)})`}.`,
    body: html`${legend(
      [
        ['weights', `weights ${bytes(memory.weights)}`],
        ['live', `live activations, at most ${bytes(memory.activations)}`],
        ...(memory.limit === null ? [] : [['limit', `limit ${bytes(memory.limit)}`] as const]),
      ].map(([swatch, text]) => [swatch as 'weights', text]),
    )}
${arena(steps, plan)}`,
  });
}

function stepsOf({ layers }: PlanDocument): Step[] {
  let from = 0;
  return layers.flatMap(({ name, placement, liveBytes, edgeSeconds }): Step[] => {
    if (placement !== 'edge') return [];
    const step = { name, from, to: from + (edgeSeconds ?? 0), live: liveBytes ?? 0 };
    from = step.to;
    return [step];
  });
}

function arena(steps: readonly Step[], { edge: { memory } }: PlanDocument): Markup {
  const end = steps[steps.length - 1].to;
  const time = timeUnit(end);
  const most = 1.08 * Math.max(memory.total, Math.min(memory.limit ?? 0, 2.5 * memory.total));
  const size = sizeUnit(most);
  const isLimitShown = memory.limit !== null && memory.limit <= most;
  const rows = steps.map(({ from, to, live }) => ({
    from: from / time.factor,
    to: to / time.factor,
    weights: memory.weights / size.factor,
    top: (memory.weights + live) / size.factor,
  }));
  const draw = (canvas: Canvas): Plot.PlotOptions => ({
    height: canvas.isNarrow ? 240 : 280,
    marginLeft: canvas.isNarrow ? 46 : 62,
    marginRight: 12,
    marginTop: 26,
    marginBottom: 44,
    x: {
      ...amountAxis(`time since the start (${time.name})`, canvas),
      grid: false,
      domain: [0, end / time.factor || 1],
    },
    y: { domain: [0, most / size.factor], label: `RAM (${size.name})`, labelArrow: 'none', grid: true, ticks: 6 },
    marks: [
      Plot.rect(rows, { x1: 'from', x2: 'to', y1: 0, y2: 'weights', className: 'weights' }),
      Plot.rect(rows, { x1: 'from', x2: 'to', y1: 'weights', y2: 'top', className: 'live' }),
      ...(isLimitShown
        ? [
            Plot.ruleY([(memory.limit ?? 0) / size.factor], { className: 'limit' }),
            Plot.text([(memory.limit ?? 0) / size.factor], {
              y: (d: number) => d,
              frameAnchor: 'right',
              dy: -8,
              dx: -4,
              text: () => `limit ${bytes(memory.limit ?? 0)}`,
              className: 'limit-name',
            }),
          ]
        : []),
      Plot.ruleY([0]),
    ],
  });
  const tip = (index: number) => {
    const { name, from, to, live } = steps[index];
    return `${name}\n${bytes(memory.weights + live)}: weights ${bytes(memory.weights)}, activations ${bytes(live)}\n${seconds(to - from)} from ${seconds(from)} on`;
  };
  return chart({
    label: `Memory of the edge over time, peak ${bytes(memory.total)}`,
    draw,
    tips: { live: tip, weights: tip },
  });
}
