import type { Port, SplitSpec } from '../spec.js';
import { arrayName } from '../types.js';
import { EDGE_TYPES, PAGE_TYPES } from './edge-types.gen.js';

/**
 * Text of `edge.d.mts`: the types of api.ts (for browsers those of web/api.ts too), with the ports of this split as keys.
 */
export function edgeTypes(spec: SplitSpec, platform: 'node' | 'browser'): string {
  const isEdgeOnly = spec.decision === 'edge-only';
  return [
    `/** Inputs of the network. */
export interface Inputs {
${ports(spec.inputs, (array) => `${array} | Tensor<${array}>`)}
}`,
    `/** Outputs of the network, whichever side computes them. */
export interface Outputs {
${ports(spec.outputs, (array) => array)}
}`,
    isEdgeOnly ? EDGE_TYPES : withCloud(EDGE_TYPES),
    // Merges with the interface above.
    'export class EdgeError extends Error {}',
    ...(platform === 'browser' ? [PAGE_TYPES] : []),
    `/** Loads the edge side that lies beside this file, by default with ${defaultThreads(spec, platform)}. */
export function createEdge(options${isEdgeOnly ? '?' : ''}: EdgeOptions): Promise<Edge>;
`,
  ].join('\n\n');
}

/** The address of the cloud side is optional in {@link EDGE_TYPES}, but a split needs one. */
function withCloud(types: string): string {
  const [before, after, ...rest] = types.split('\n  cloud?: string;\n');
  if (after === undefined || rest.length > 0) throw new Error('api.ts should declare `cloud?: string;` once');
  return `${before}\n  cloud: string;\n${after}`;
}

function defaultThreads({ edge }: SplitSpec, platform: 'node' | 'browser'): string {
  const threads = edge?.threads ?? 1;
  return `${threads} thread${threads === 1 ? '' : 's'} as planned${platform === 'browser' ? ', or 1 without `wasmPaths`' : ''}`;
}

function ports(list: readonly Port[], type: (array: string) => string): string {
  return list
    .map(({ name, dtype, shape }) => {
      const note = dtype === 'float16' ? ', bit patterns of float16' : dtype === 'bool' ? ', 0 or 1' : '';
      return `  /** ${shape.join(' x ') || 'scalar'}${note} */\n  ${JSON.stringify(name)}: ${type(arrayName(dtype))};`;
    })
    .join('\n');
}
