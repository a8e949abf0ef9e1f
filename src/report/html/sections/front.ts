import type { Alternative, PlanDocument } from '../../../documents/plan.js';
import { bytes, dollars, joules, number, seconds } from '../../../util/format.js';
import { accuracyInWords, brokenLimits } from '../../accuracy.js';
import { baselinesOf, dimensions, payloadOf, sentAs } from '../../words.js';
import { section } from '../figure.js';
import { html, type Markup, type Value } from '../markup.js';
import { type FrontPlan, frontChart } from './front-chart.js';
import { measuredChart } from './measured.js';

/** The Pareto front of latency, predicted error and edge RAM, beside the baselines. */
export function frontSection(plan: PlanDocument): Markup {
  const isOwn = (other: Alternative) =>
    other.latency.total === plan.latency.total &&
    other.error.total === plan.error.total &&
    other.edge.memory.total === plan.edge.memory.total;
  const plans: FrontPlan[] = [
    { name: 'this plan', plan, kind: 'own' },
    ...plan.frontier
      .filter((other) => !isOwn(other))
      .map((other, i): FrontPlan => ({ name: `plan ${i + 2} of the front`, plan: other, kind: 'front' })),
    ...baselinesOf(plan).map(([name, other]): FrontPlan => ({ name, plan: other, kind: 'baseline' })),
  ];
  return section({
    id: 'front',
    title: 'Error, latency and memory',
    lead: html`The Pareto front of latency, error and edge RAM, and the baselines. The error is predicted: compare it among plans with
the same cut, not between cuts. The area of a point is its edge RAM. Select a point for details.`,
    body: html`${shapes()}${frontChart(plans)}<div class="picked" aria-live="polite">${plans.map((each, i) => details(each, i, plan))}</div>${measuredChart(plan)}`,
  });
}

const shapes = () => html`<ul class="legend">
<li><svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><circle class="key-split" r="6"/></svg>split</li>
<li><svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><rect class="key-edge" x="-5.5" y="-5.5" width="11" height="11"/></svg>all on the edge</li>
<li><svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><path class="key-cloud" d="M0,-6.5L6.5,5H-6.5Z"/></svg>all in the cloud</li>
<li><svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><circle class="key-ring" r="6"/></svg>this plan</li></ul>`;

function details({ name, plan }: FrontPlan, index: number, own: PlanDocument): Markup {
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
