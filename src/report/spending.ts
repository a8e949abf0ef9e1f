import type { PlanDocument } from '../documents/plan.js';
import { dollars, joules, percent, seconds } from '../util/format.js';
import { rate } from './format.js';

/**
 * Rows for the energy and price of an inference, the percentile of the link and the latency over a trace, as far as the
 * plan states them.
 */
export function spendingRows({
  energy,
  cost,
  link,
  trace,
}: Pick<PlanDocument, 'energy' | 'cost' | 'link' | 'trace'>): string[][] {
  return [
    ...(link.percentile === 50 ? [] : [['link', linkInWords(link)]]),
    ...(energy ? [['edge energy', energyInWords(energy)]] : []),
    ...(cost ? [['cost', costInWords(cost)]] : []),
    ...(trace ? [['over the trace', traceInWords(trace)]] : []),
  ];
}

function energyInWords({ edge, radio, idle, total, limit }: NonNullable<PlanDocument['energy']>): string {
  return `${joules(total)}${ofLimit(total, limit, joules)}: layers ${joules(edge)}, radio ${joules(radio)}, idle ${joules(idle)}`;
}

function costInWords({ cloud, network, total, limit }: NonNullable<PlanDocument['cost']>): string {
  const million = total > 0 ? `, ${dollars(total * 1e6)} per million` : '';
  return `${dollars(total)}${ofLimit(total, limit, dollars)}${million}: cloud ${dollars(cloud)}, data ${dollars(network)}`;
}

const linkInWords = ({ uplink, downlink, rtt, percentile }: PlanDocument['link']) =>
  `${rate(uplink)} up, ${rate(downlink)} down, rtt ${seconds(rtt)}: planned for percentile ${percentile}`;

const traceInWords = ({ file, seconds: length, mean, p50, p95, p99 }: NonNullable<PlanDocument['trace']>) =>
  `mean ${seconds(mean)}, median ${seconds(p50)}, p95 ${seconds(p95)}, p99 ${seconds(p99)} (${file}, ${seconds(length)})`;

const ofLimit = (total: number, limit: number | null, show: (value: number) => string) =>
  limit === null ? '' : ` of ${show(limit)} (${percent(total / limit)})`;
