import type { PlanDocument } from '../../../documents/plan.js';
import { bytes, dollars, joules, number, percent, seconds } from '../../../util/format.js';
import {
  bestAlternative,
  isPredicted,
  PREDICTED,
  predictedInWords,
  slowdown,
  standingOf,
  unchangedInWords,
  verdictInWords,
} from '../../accuracy.js';
import { counted, rate } from '../../format.js';
import { boundOf, decisionSentence, headline, meanWeightBits, payloadOf, sentence } from '../../words.js';
import { html, type Markup } from '../markup.js';

interface Figure {
  term: string;
  value: string;
  note: string;
}

/** The decision in a sentence, and its key figures. */
export function decisionHeader(plan: PlanDocument): Markup {
  return html`<header>
<p class="kicker">autosplit · ${plan.build === 'default' ? 'split report' : `split report of ${plan.build}`}</p>
<h1>${headline(plan)}</h1>
<p class="decision">${tied(decisionSentence(plan))}</p>
${plan.certificate && html`<p class="certificate">${tied(sentence(plan.certificate.statement))}</p>`}
${notices(plan).map((notice) => html`<p class="notice">${notice}</p>`)}
${proportions(plan)}
<dl class="figures">${figures(plan).map(
    ({ term, value, note }) => html`<div><dt>${term}</dt><dd>${value}</dd><dd class="note">${tied(note)}</dd></div>`,
  )}</dl>
</header>`;
}

/**
 * Warnings, and sides that run on other hardware than planned. Older documents lack `deployable`.
 */
const notices = ({
  deployable,
  ...plan
}: Omit<PlanDocument, 'deployable'> & Partial<Pick<PlanDocument, 'deployable'>>): Markup[] => [
  ...(isPredicted(plan) ? [html`${tied(sentence(PREDICTED))}`] : []),
  ...(plan.warnings ?? []).map((warning) => html`<strong>Warning:</strong> ${tied(warning)}`),
  ...Object.values(deployable?.reasons ?? {}).map((reason) => html`${tied(sentence(reason))}`),
];

/** Older documents lack `disk`. */
function diskFigure(disk: PlanDocument['edge']['disk'] | undefined): Figure[] {
  if (!disk?.total) return [];
  const limit = disk.limit === null ? '' : `; limit ${bytes(disk.limit)}`;
  return [
    { term: 'Edge disk', value: bytes(disk.total), note: `predicted; packed weights ${bytes(disk.weights)}${limit}` },
  ];
}

/** Edge, link and cloud as one bar, to scale. */
function proportions({ latency: { edge, transfer, cloud, total } }: PlanDocument): Markup | undefined {
  if (total <= 0) return undefined;
  let from = 0;
  const parts = (
    [
      ['edge', edge],
      ['link', transfer],
      ['cloud', cloud],
    ] as const
  ).map(([name, value]) => {
    const x = from;
    from += (100 * value) / total;
    return { name, value, x, width: (100 * value) / total };
  });
  const percentOf = (value: number) => `${Number(value.toFixed(2))}%`;
  return html`<svg class="proportions" role="img" aria-label="${parts.map(({ name, value }) => `${name} ${seconds(value)}`).join(', ')}" width="100%" height="18">${parts.map(
    ({ name, x, width, value }) =>
      html`<rect class="swatch ${name}" x="${percentOf(x)}" width="${percentOf(width)}" height="18" data-tip="${name} ${seconds(value)}"/>`,
  )}</svg>
<ul class="legend">${parts.map(
    ({ name, value }) =>
      html`<li><svg width="22" height="14" aria-hidden="true"><rect class="swatch ${name}" x="1" y="1" width="20" height="12"/></svg>${tied(`${name} ${seconds(value)} (${percent(value / total)})`)}</li>`,
  )}</ul>`;
}

function figures(plan: PlanDocument): Figure[] {
  const { latency, edge, accuracy, cut, energy, cost, link, model, error } = plan;
  const bits = meanWeightBits(plan);
  return [
    { term: 'Latency', value: seconds(latency.total), note: beside(plan) },
    ...(plan.trace
      ? [
          {
            term: 'Over the trace',
            value: seconds(plan.trace.p95),
            note: `95th percentile along ${plan.trace.file}; median ${seconds(plan.trace.p50)}`,
          },
        ]
      : []),
    { term: 'Payload', value: cut.length === 0 ? 'none' : bytes(payloadOf(plan)), note: insteadOf(plan) },
    {
      term: 'Edge RAM',
      value: bytes(edge.memory.total),
      note:
        edge.memory.limit === null
          ? 'no limit'
          : `${percent(edge.memory.total / edge.memory.limit)} of ${bytes(edge.memory.limit)}`,
    },
    accuracy ? accuracyFigure(accuracy) : { term: 'Accuracy', value: 'predicted', note: predictedInWords(plan) },
    {
      term: 'Predicted error',
      value: number(error.total),
      note: error.limit === null ? 'summed over layers' : `limit ${number(error.limit)}`,
    },
    ...(bits === undefined ? [] : [{ term: 'Edge weights', value: `${number(bits)} bits`, note: 'on average' }]),
    ...diskFigure(edge.disk),
    ...(energy
      ? [
          {
            term: 'Energy',
            value: joules(energy.total),
            note: `layers ${joules(energy.edge)}, radio ${joules(energy.radio)}, idle ${joules(energy.idle)}`,
          },
        ]
      : []),
    ...(cost ? [{ term: 'Cost', value: dollars(cost.total), note: 'per inference' }] : []),
    {
      term: 'Link',
      value: rate(link.uplink),
      note: `up, ${rate(link.downlink)} down, round trip ${seconds(link.rtt)}${link.percentile === 50 ? '' : `, ${link.percentile}th percentile`}`,
    },
    {
      term: 'Network',
      value: counted(model.layers, 'layer'),
      note: `${number(model.parameters / 1e6)} million parameters, ${number(model.macs / 1e6)} million multiply-accumulates`,
    },
    { term: 'Bound', value: proven(plan), note: boundNote(plan) },
  ];
}

function beside(plan: PlanDocument): string {
  const best = bestAlternative(plan);
  if (!best) return 'end to end';
  const kind = standingOf(best.plan) === 'float' ? 'the float network' : 'the fastest measured alternative';
  return `${kind}, ${best.name}, takes ${slowdown(best.plan, plan)} as long`;
}

function insteadOf(plan: PlanDocument): string {
  const cloud = plan.baselines['cloud-only'];
  if (plan.cut.length === 0) return 'nothing crosses';
  if (!cloud || plan.decision === 'cloud-only') return 'the encoded input';
  return `${percent(payloadOf(plan) / payloadOf(cloud))} of the input as ${cloud.cut.map(({ encoding }) => encoding).join(' and ')}`;
}

function accuracyFigure({ metric, quantized, ...rest }: NonNullable<PlanDocument['accuracy']>): Figure {
  const { float, drop, limit, samples, interval } = rest;
  const verdict = verdictInWords({ metric, quantized, ...rest });
  const range = interval && interval.length === 2 ? ` (95 %: ${percent(interval[0])} to ${percent(interval[1])})` : '';
  return {
    term: metric.includes('.') ? 'Accuracy' : `Accuracy (${metric})`,
    value: percent(quantized),
    note: `float ${percent(float)}, drop ${percent(drop)}${range}${limit === null ? '' : `, limit ${percent(limit)}`}; measured on ${counted(samples, 'sample')}${unchangedInWords({ metric, quantized, ...rest })}${verdict && `; ${verdict}`}`,
  };
}

const proven = ({ optimality: { gap } }: PlanDocument) =>
  gap < 1e-9 ? 'optimal' : `within ${gap < 5e-5 ? '0.01 %' : percent(gap)}`;

/** Name and format of each objective. */
const OBJECTIVES = {
  latency: ['latency', seconds],
  energy: ['energy', joules],
  cost: ['cost', dollars],
  error: ['error', number],
  throughput: ['time between two inferences', seconds],
} as const;

function boundNote({ optimality, objective, error }: PlanDocument): string {
  const { gap, lowerBound } = optimality;
  const [what, show] = typeof objective === 'string' ? OBJECTIVES[objective] : (['weighted sum', number] as const);
  const { plans, accuracy } = boundOf({ error, optimality });
  return `proven: ${plans} can have less ${what}${gap < 1e-9 ? '' : ` than ${show(lowerBound)}`} by this cost model, ${accuracy}`;
}

/** Joins numbers and units by no-break spaces. */
const tied = (text: string) => text.replaceAll(/(\d) (?=[%µA-Za-z])/g, '$1\u00a0');
