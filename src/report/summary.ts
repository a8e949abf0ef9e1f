import type { Alternative, PlanDocument } from '../plan-document.js';
import type { SplitSpec } from '../runtime/spec.js';
import type { Verification } from '../verify/index.js';
import { bytes, percent, seconds, table } from './format.js';

const BAR = 48;

/** The cut in words, where the time goes, memory, error and the two trivial baselines. */
export function planSummary(plan: PlanDocument): string {
  const { memory } = plan.edge;
  const limit = memory.limit === null ? '' : ` of ${bytes(memory.limit)} (${percent(memory.total / memory.limit)})`;
  return [
    '',
    `${plan.build}: ${inWords(plan)}`,
    '',
    bar(plan.latency),
    '',
    ...table([
      ['edge memory', `${bytes(memory.total)}${limit}: weights ${bytes(memory.weights)}, activations ${bytes(memory.activations)}`],
      ...(plan.accuracy ? [['accuracy', accuracy(plan.accuracy)]] : []),
      ['edge bits', bitsInWords(plan)],
      ['bound', `no plan is faster than ${seconds(plan.optimality.lowerBound)} (gap ${percent(plan.optimality.gap)})`],
    ]),
    '',
    ...comparison(plan),
  ].join('\n');
}

interface BuildReport {
  document: PlanDocument;
  verification: Verification;
  files: readonly { path: string; bytes: number }[];
  output: string;
  warning: string | undefined;
  spec: SplitSpec;
}

/** The plan, what verification found, the files and what to do next. */
export function buildSummary({ document, verification, files, output, warning, spec }: BuildReport): string {
  const fidelity = verification.outputs.map(
    ({ name, sqnr, top1Agreement }) =>
      `${name} ${sqnr === null ? 'identical' : `${sqnr.toFixed(1)} dB`} (top-1 agreement ${percent(top1Agreement)})`,
  );
  return [
    planSummary(document),
    '',
    `verified   ${verification.samples} samples through two processes: ${bytes(verification.wireBytes)} of codes equal, outputs within ${verification.outputDifference.toExponential(1)}`,
    `vs float   ${fidelity.join(', ')}`,
    ...(warning ? ['', `warning    ${warning}`] : []),
    '',
    ...table(
      files.map((file) => [`${output}/${file.path}`, bytes(file.bytes)]),
      [1],
    ),
    '',
    'next',
    ...nextSteps(output, spec).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function nextSteps(output: string, spec: SplitSpec): string[] {
  const edge = `import { createEdge } from './${output}/edge/edge.mjs'   # then: await edge.infer({ ${spec.inputs.map((input) => input.name).join(', ')} })`;
  return [`git add ${output}`, ...(spec.cloud ? [`node ${output}/cloud/server.mjs --port 8080`] : []), edge];
}

function inWords({ decision, cut, layers }: PlanDocument): string {
  const edge = layers.filter((layer) => layer.placement === 'edge').length;
  if (decision === 'edge-only') return `everything on the edge (${layers.length} layers)`;
  const sent = cut.map(
    ({ tensor, shape, bits, encoding, bytes: size }) => `${tensor} [${shape.join('x')}] at ${bits} bits, ${encoding}, ${bytes(size)}`,
  );
  if (decision === 'cloud-only') return `everything in the cloud; the edge sends ${sent.join(' and ')}`;
  return `${edge} of ${layers.length} layers on the edge, which sends ${sent.join(' and ')}`;
}

/** edge | link | cloud, to scale. */
function bar({ edge, transfer, cloud, total }: PlanDocument['latency']): string {
  const parts: [string, number, string][] = [
    ['edge', edge, '█'],
    ['link', transfer, '▒'],
    ['cloud', cloud, '░'],
  ];
  const drawn = parts.map(([, value, glyph]) => glyph.repeat(total > 0 ? Math.round((BAR * value) / total) : 0)).join('');
  return `${drawn}  ${seconds(total)}\n${parts.map(([name, value, glyph]) => `${glyph} ${name} ${seconds(value)}`).join('   ')}`;
}

const accuracy = ({ metric, float, quantized, drop, samples, limit }: NonNullable<PlanDocument['accuracy']>) =>
  `${metric} ${percent(quantized)} on ${samples} samples, float ${percent(float)}: drop ${percent(drop)}${limit === null ? '' : `, limit ${percent(limit)}`}`;

function bitsInWords({ layers }: PlanDocument): string {
  const counts = new Map<number, number>();
  for (const { placement, weightBits } of layers)
    if (placement === 'edge' && weightBits !== null) counts.set(weightBits, (counts.get(weightBits) ?? 0) + 1);
  const words = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([bits, count]) => `${count} ${count === 1 ? 'layer' : 'layers'} at ${bits === 32 ? 'float' : `${bits} bits`}`);
  return words.join(', ') || 'none';
}

function comparison(plan: PlanDocument): string[] {
  const row = (name: string, { latency, edge, feasible, violated }: Pick<Alternative, 'latency' | 'edge' | 'feasible' | 'violated'>) => [
    name,
    seconds(latency.edge),
    seconds(latency.transfer),
    seconds(latency.cloud),
    seconds(latency.total),
    `${(latency.total / plan.latency.total).toFixed(2)}x`,
    bytes(edge.memory.total),
    feasible ? '' : `breaks ${violated?.join(' and ') ?? 'a limit'}`,
  ];
  const rows = [
    ['', 'edge', 'link', 'cloud', 'total', '', 'memory', ''],
    row('autosplit', { ...plan, feasible: true }),
    ...Object.entries(plan.baselines).flatMap(([name, baseline]) => (baseline ? [row(name, baseline)] : [])),
  ];
  return table(rows, [1, 2, 3, 4, 5, 6]);
}
