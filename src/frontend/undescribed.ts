import type { Graph, Layer } from '../onnx/graph.js';
import { isDescribed, operatorName } from '../ops/index.js';

/** Layers that are named of each operator. */
const MAX_NAMED = 3;

/**
 * A warning that names the operators which no family of ops/ describes, with their layers; undefined where there are
 * none.
 */
export function undescribedNote(graph: Graph, layers: readonly Layer[]): string | undefined {
  const found = new Map<string, string[]>();
  for (const { name, nodes } of layers)
    for (const operator of new Set(
      nodes
        .map((index) => graph.nodes[index])
        .filter((node) => !isDescribed(node))
        .map(operatorName),
    ))
      found.set(operator, [...(found.get(operator) ?? []), name]);
  if (found.size === 0) return undefined;
  const operators = [...found].map(([operator, names]) => `${operator} (${layerList(names)})`).join(', ');
  return `autosplit does not know what these operators compute: ${operators}. They run in float, and their time is estimated from the data that they read and write alone`;
}

function layerList(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  return `layer${names.length > 1 ? 's' : ''} ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
