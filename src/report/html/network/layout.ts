import { Graph, layout } from '@dagrejs/dagre';
import type { Group, Layer, Wiring } from './groups.js';

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

export interface Drawing {
  width: number;
  height: number;
  groups: Box[];
  /** Inputs of the model. */
  inputs: { tensor: string; box: Box }[];
  lines: Line[];
  /** Vertical position of the cut; undefined if all layers are on the edge. */
  cut: number | undefined;
}

export interface Line {
  points: Point[];
  crosses: boolean;
  /** Crossing tensors that this line is labelled with: each labels its first line only. */
  crossing: string[];
  /** Middle of the label. */
  label: Point | undefined;
}

export const BOX = { width: 164, height: 38 };
const INPUT = { width: 130, height: 24 };
const LABEL = { width: 130, height: 18 };

/**
 * Places boxes from top to bottom, the edge above the cloud. An invisible node between the two sides keeps
 * them apart, and the cut is drawn through it.
 */
export function layoutModel(layers: readonly Layer[], groups: readonly Group[], { before }: Wiring): Drawing {
  const graph = new Graph({ multigraph: false, compound: false });
  graph.setGraph({ rankdir: 'TB', nodesep: 22, edgesep: 14, ranksep: 24, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  const groupOf = new Map(groups.flatMap(({ layers: members }, g) => members.map((layer) => [layer, g] as const)));
  const made = new Set(layers.flatMap(({ outputs }) => outputs));
  const inputs = [...new Set(layers.flatMap((layer) => layer.inputs.filter((tensor) => !made.has(tensor))))];
  groups.forEach((_, g) => {
    graph.setNode(`g${g}`, { ...BOX });
  });
  inputs.forEach((_, i) => {
    graph.setNode(`i${i}`, { ...INPUT });
  });

  const connections = new Map<string, { from: string; to: string; crosses: boolean; crossing: string[] }>();
  const named = new Set<string>();
  const connect = (from: string, to: string, tensor: string, crosses: boolean) => {
    if (from === to) return;
    const key = `${from} ${to}`;
    const known = connections.get(key) ?? { from, to, crosses, crossing: [] };
    connections.set(key, known);
    if (!crosses || named.has(tensor)) return;
    named.add(tensor);
    known.crossing.push(tensor);
  };
  const isCloud = (layer: number) => layers[layer].placement === 'cloud';
  layers.forEach((layer, i) => {
    for (const tensor of layer.inputs) {
      const maker = before[i].find((candidate) => layers[candidate].outputs.includes(tensor));
      const from = maker === undefined ? `i${inputs.indexOf(tensor)}` : `g${groupOf.get(maker)}`;
      const crosses = isCloud(i) && (maker === undefined || !isCloud(maker));
      connect(from, `g${groupOf.get(i)}`, tensor, crosses);
    }
  });
  for (const { from, to, crossing } of connections.values()) {
    graph.setEdge(from, to, {
      weight: 2,
      ...(crossing.length > 0 && { width: LABEL.width, height: LABEL.height * crossing.length, labelpos: 'c' }),
    });
  }
  const hasCut = groups.some(({ side }) => side === 'cloud');
  if (hasCut) separate(graph, groups, inputs);
  layout(graph);

  const boxOf = (id: string) => graph.node(id) as Box;
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    groups: groups.map((_, g) => boxOf(`g${g}`)),
    inputs: inputs.map((tensor, i) => ({ tensor, box: boxOf(`i${i}`) })),
    lines: [...connections.values()].map(({ from, to, crosses, crossing }): Line => {
      const { points, x, y } = graph.edge(from, to) as { points: Point[]; x?: number; y?: number };
      return { points, crosses, crossing, label: x === undefined || y === undefined ? undefined : { x, y } };
    }),
    cut: hasCut ? boxOf('cut').y : undefined,
  };
}

/** Orders all edge nodes, inputs included, before the node `cut` and all cloud nodes after it. */
function separate(graph: Graph, groups: readonly Group[], inputs: readonly string[]): void {
  const onEdge = new Set([
    ...inputs.map((_, i) => `i${i}`),
    ...groups.flatMap(({ side }, g) => (side === 'edge' ? [`g${g}`] : [])),
  ]);
  const nodes = graph.nodes();
  graph.setNode('cut', { width: 1, height: 1 });
  for (const id of nodes) {
    const next: string[] = graph.successors(id) ?? [];
    const previous: string[] = graph.predecessors(id) ?? [];
    if (onEdge.has(id) && !next.some((other) => onEdge.has(other))) graph.setEdge(id, 'cut', { weight: 0 });
    if (!onEdge.has(id) && previous.every((other) => onEdge.has(other))) graph.setEdge('cut', id, { weight: 0 });
  }
}
