import type { CompareDocument } from '../documents/compare.js';
import type { Alternative } from '../documents/plan.js';

type Cell = string | number | boolean | null;

const PLAN_COLUMNS = [
  'decision',
  'cut',
  'wire_bits',
  'sent_bytes',
  'edge_seconds',
  'link_seconds',
  'cloud_seconds',
  'total_seconds',
  'memory_bytes',
  'error',
  'feasible',
  'accuracy',
  'accuracy_source',
];

/**
 * Comparisons as CSV (RFC 4180): a line per method, or per point of the sweep if there is one. Spaces separate the
 * items of a list within a cell.
 */
export function compareCsv(documents: readonly CompareDocument[]): string {
  const isSweep = documents.some(({ sweep }) => sweep);
  const head = isSweep
    ? ['build', 'parameter', 'value', ...PLAN_COLUMNS, 'cloud_only_seconds', 'edge_only_seconds', 'accuracy_drop']
    : ['build', 'method', 'edge_layers', 'weight_bits', 'speedup', ...PLAN_COLUMNS];
  const rows = documents.flatMap(({ build, methods, sweep }): Cell[][] =>
    sweep
      ? sweep.points.map(({ value, plan, cloudOnly, edgeOnly, accuracy }) => [
          build,
          sweep.parameter,
          value,
          ...planCells(plan),
          cloudOnly,
          edgeOnly,
          accuracy?.drop ?? null,
        ])
      : methods.map(({ name, plan, edgeLayers, weightBits, speedup }) => [
          build,
          name,
          edgeLayers,
          weightBits.map(({ bits, layers }) => `${layers}x${bits}`).join(' '),
          speedup,
          ...planCells(plan),
        ]),
  );
  return [head, ...rows].map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

function planCells(plan: Alternative | null): Cell[] {
  if (!plan) return PLAN_COLUMNS.map((column) => (column === 'feasible' ? false : null));
  const { decision, cut, latency, edge, error, feasible, accuracy } = plan;
  return [
    decision,
    cut.map(({ tensor }) => tensor).join(' '),
    cut.map(({ bits }) => bits).join(' '),
    cut.reduce((sum, tensor) => sum + tensor.bytes, 0),
    latency.edge,
    latency.transfer,
    latency.cloud,
    latency.total,
    edge.memory.total,
    error.total,
    feasible,
    accuracy?.quantized ?? null,
    accuracy ? 'measured' : 'predicted',
  ];
}

function quoted(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
