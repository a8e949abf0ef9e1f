import * as Plot from '@observablehq/plot';
import type { Alternative, PlanDocument } from '../../../documents/plan.js';
import { bytes, dollars, joules, number, seconds } from '../../../util/format.js';
import { accuracyInWords, breaks, brokenLimits } from '../../accuracy.js';
import { timeUnit } from '../../units.js';
import { baselinesOf, cutLabel, dimensions, payloadOf, sentAs } from '../../words.js';
import { amountAxis, decadeTick, spanOf } from '../axes.js';
import { type Canvas, chart } from '../chart.js';
import { section } from '../figure.js';
import { placeLabels } from '../labels.js';
import { html, type Markup, type Value } from '../markup.js';
import { measuredChart } from './measured.js';

interface Spot {
  name: string;
  plan: Omit<Alternative, 'feasible' | 'violated'> & Partial<Pick<Alternative, 'feasible' | 'violated'>>;
  kind: 'own' | 'front' | 'baseline';
}

/** Plans that trade latency for error and memory; each can be picked. */
export function frontSection(plan: PlanDocument): Markup {
  const isOwn = (other: Alternative) =>
    other.latency.total === plan.latency.total &&
    other.error.total === plan.error.total &&
    other.edge.memory.total === plan.edge.memory.total;
  const spots: Spot[] = [
    { name: 'this plan', plan, kind: 'own' },
    ...plan.frontier
      .filter((other) => !isOwn(other))
      .map((other, i): Spot => ({ name: `plan ${i + 2} of the front`, plan: other, kind: 'front' })),
    ...baselinesOf(plan).map(([name, other]): Spot => ({ name, plan: other, kind: 'baseline' })),
  ];
  return section({
    id: 'front',
    title: 'Error, latency and memory',
    lead: html`Plans of which none is better in everything, and the baselines. The error is predicted: it ranks plans of one cut, and is no
measure between cuts. The area of a point is its edge RAM. Pick one to see what it is.`,
    body: html`${shapes()}${plot(spots)}<div class="picked" aria-live="polite">${spots.map((spot, i) => details(spot, i, plan))}</div>${measuredChart(plan)}`,
  });
}

/** What breaks a limit and is far from all that does not stands at the border. */
function shownTimes(spots: readonly Spot[]): [least: number, most: number] {
  const possible = spots.filter(({ plan }) => brokenLimits(plan).length === 0).map(({ plan }) => plan.latency.total);
  return [Math.min(...possible) / 1.6, Math.max(...possible) * 1.6];
}

const shapes = () => html`<ul class="legend">
<li><svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><circle class="key-split" r="6"/></svg>split</li>
<li><svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><rect class="key-edge" x="-5.5" y="-5.5" width="11" height="11"/></svg>all on the edge</li>
<li><svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><path class="key-cloud" d="M0,-6.5L6.5,5H-6.5Z"/></svg>all in the cloud</li>
<li><svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><circle class="key-ring" r="6"/></svg>this plan</li></ul>`;

/** An arrow where a point stands at the border in place of further out. */
const beyond = (name: string, time: number, first: number, last: number) =>
  time < first ? `← ${name}` : time > last ? `${name} →` : name;

/** Powers of ten, and more where these are few. */
function decades(low: number, high: number): number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const steps = to - from > 3 ? [1] : [1, 2, 5];
  const all = Array.from({ length: to - from + 1 }, (_, i) =>
    steps.map((step) => Number(`${step}e${from + i}`)),
  ).flat();
  return all.filter((tick) => tick >= low && tick <= high);
}

const SYMBOL = { split: 'circle', 'edge-only': 'square', 'cloud-only': 'triangle' } as const;
const COLOUR = { split: 'var(--link)', 'edge-only': 'var(--edge)', 'cloud-only': 'var(--cloud)' };

const [RIGHT, TOP, BOTTOM, INSET, INSET_BOTTOM] = [24, 30, 46, 16, 36];
const left = (isNarrow: boolean) => (isNarrow ? 54 : 66);
const heightOf = (isNarrow: boolean) => (isNarrow ? 320 : 400);

function plot(spots: readonly Spot[]): Markup {
  const unit = timeUnit(Math.max(...spots.map(({ plan }) => plan.latency.total)));
  const errors = spots.map(({ plan }) => plan.error.total).filter((error) => error > 0);
  const [low, high] = [Math.min(...errors, 1), Math.max(...errors, 1e-12)];
  // What adds no error has no place on a logarithmic axis: it stands below all others.
  const none = low / 2;
  const hasNone = errors.length < spots.length;
  const memory = Math.max(...spots.map(({ plan }) => plan.edge.memory.total), 1);
  const [first, last] = shownTimes(spots);
  const times = spots.map(({ plan }) => Math.min(last, Math.max(first, plan.latency.total)) / unit.factor);
  const isWide = Math.max(...times) > 20 * Math.min(...times.filter((time) => time > 0));
  const rows = spots.map(({ plan, kind }, i) => ({
    x: times[i],
    y: Math.log10(Math.max(plan.error.total, none)),
    r: 5 + 9 * Math.sqrt(plan.edge.memory.total / memory),
    kind,
    decision: plan.decision,
    isPossible: brokenLimits(plan).length === 0,
  }));
  const xDomain = spanOf(times);
  const yDomain = [hasNone ? none : low / 1.2, Math.max(high * 1.2, low * 2)].map(Math.log10);
  const names = ({ width, isNarrow }: Canvas) => {
    const frame = {
      width: width - left(isNarrow) - RIGHT - 2 * INSET,
      height: heightOf(isNarrow) - TOP - BOTTOM - INSET - INSET_BOTTOM,
    };
    const baselines = rows.flatMap(({ kind }, i) => (kind === 'baseline' ? [i] : []));
    const scaled = isWide ? Math.log : (value: number) => value;
    const along = (value: number, [from, to]: readonly number[]) => (to > from ? (value - from) / (to - from) : 0.5);
    const spotOf = ({ x, y, r }: (typeof rows)[number]) => ({
      x: INSET + frame.width * along(scaled(x), xDomain.map(scaled)),
      y: frame.height * (1 - along(y, yDomain)),
      radius: r,
    });
    const wanted = baselines.map((i) => ({
      ...spotOf(rows[i]),
      text: beyond(spots[i].name, spots[i].plan.latency.total, first, last),
    }));
    return placeLabels(wanted, rows.map(spotOf), frame.width + 2 * INSET).map((label) => ({
      ...label,
      index: baselines[label.index],
    }));
  };
  const draw = (canvas: Canvas): Plot.PlotOptions => ({
    height: heightOf(canvas.isNarrow),
    marginLeft: left(canvas.isNarrow),
    marginRight: RIGHT,
    marginTop: TOP,
    marginBottom: BOTTOM,
    inset: INSET,
    insetBottom: INSET_BOTTOM,
    x: {
      ...amountAxis(`latency (${unit.name}${isWide ? ', logarithmic' : ''})`, canvas),
      domain: xDomain,
      ...(isWide && { type: 'log' }),
    },
    y: {
      // Logarithms on a plain scale: on a logarithmic one, d3 leaves out the labels that are no powers of ten.
      domain: yDomain,
      label: canvas.isNarrow ? 'predicted error (log)' : 'predicted error (logarithmic, no unit)',
      labelArrow: 'none',
      grid: true,
      ticks: [...(hasNone ? [none] : []), ...decades(low, high * 1.2)].map(Math.log10),
      tickFormat: (d: number) => (hasNone && d === Math.log10(none) ? '0' : decadeTick(10 ** d)),
    },
    r: { type: 'identity' },
    symbol: { type: 'identity' },
    color: { type: 'identity' },
    marks: [
      Plot.dot(rows, {
        filter: ({ kind }) => kind === 'own',
        x: 'x',
        y: 'y',
        r: ({ r }: (typeof rows)[number]) => r + 5,
        className: 'ring',
      }),
      Plot.dot(rows, {
        x: 'x',
        y: 'y',
        r: 'r',
        symbol: ({ decision }: (typeof rows)[number]) => SYMBOL[decision as keyof typeof SYMBOL],
        fill: ({ decision }: (typeof rows)[number]) => COLOUR[decision as keyof typeof COLOUR],
        fillOpacity: ({ isPossible }: (typeof rows)[number]) => (isPossible ? 0.85 : 0.25),
        sort: null,
        className: 'point',
      }),
      ...names(canvas).map(({ text, index, anchor, dx, dy }) =>
        Plot.text([rows[index]], {
          x: 'x',
          y: 'y',
          text: () => text,
          textAnchor: anchor,
          dx,
          dy,
          className: 'point-name',
        }),
      ),
    ],
  });
  const tip = (index: number) => {
    const { name, plan } = spots[index];
    return [
      `${name}: ${cutLabel(plan, 40)}`,
      `${seconds(plan.latency.total)}, predicted error ${number(plan.error.total)}, memory ${bytes(plan.edge.memory.total)}`,
      ...[breaks(plan)].filter(Boolean),
    ].join('\n');
  };
  return chart({
    label: 'Plans by latency and predicted error; arrow keys move from plan to plan',
    draw,
    tips: { point: tip },
    picks: { className: 'point', label: (index) => tip(index).replaceAll('\n', ', '), picked: 0 },
  });
}

function details({ name, plan }: Spot, index: number, own: PlanDocument): Markup {
  const { latency, edge, error, energy, cost, cut, decision } = plan;
  const facts: [string, Value][] = [
    [
      'latency',
      `${seconds(latency.total)}: edge ${seconds(latency.edge)}, link ${seconds(latency.transfer)}, cloud ${seconds(latency.cloud)}`,
    ],
    ['predicted error', number(error.total)],
    ['accuracy', plan.accuracy ? accuracyInWords(plan.accuracy) : 'not measured'],
    [
      'edge RAM',
      `${bytes(edge.memory.total)}: weights ${bytes(edge.memory.weights)}, activations ${bytes(edge.memory.activations)}`,
    ],
    ...(energy ? [['energy', joules(energy.total)] as [string, Value]] : []),
    ...(cost ? [['cost', dollars(cost.total)] as [string, Value]] : []),
    ['payload', cut.length === 0 ? 'nothing' : bytes(payloadOf(plan))],
    ...cut.map((tensor): [string, Value] => [
      'crosses',
      html`<code>${tensor.tensor}</code> ${dimensions(tensor.shape)}, ${sentAs(tensor)}`,
    ]),
    ...(brokenLimits(plan).length > 0 ? [['breaks', brokenLimits(plan).join(' and ')] as [string, Value]] : []),
  ];
  const where = decision === 'edge-only' ? 'all on the edge' : decision === 'cloud-only' ? 'all in the cloud' : 'split';
  const compared =
    index > 0 && own.latency.total > 0
      ? `, ${number((100 * latency.total) / own.latency.total)} % of the latency of this plan`
      : '';
  return html`<div data-details="${index}"${index > 0 && html` hidden`}><h3>${name}: ${where}${compared}</h3><dl class="facts">${facts.map(
    ([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`,
  )}</dl></div>\n`;
}
