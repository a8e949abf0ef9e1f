import { type Inference, openModel, openWebModel, type TensorValue } from '../inference/session.js';
import { byteLength } from '../onnx/bytes.js';
import { extractSubgraph } from '../onnx/extract.js';
import type { Fact, Model } from '../onnx/graph.js';
import { readNames } from '../onnx/scope.js';

/** How far a model has been run over some samples, with the tensors that the rest of it reads. */
export interface Walk {
  /** Nodes before this one have run. */
  position: number;
  /** Values by tensor, one per sample. */
  kept: ReadonlyMap<string, readonly TensorValue[]>;
}

export interface WalkOptions {
  workDir: string;
  threads?: number | undefined;
  /** Type of a tensor between two parts. */
  dtypeOf: (tensor: string) => Fact['dtype'];
  /**
   * Whether float operators must give the same bits on every processor: they then run in WebAssembly, whose arithmetic
   * is the same everywhere. Parts too large for its memory run natively all the same.
   */
  isExact?: boolean;
  /**
   * Tensors that a part gives although no later node reads them. onnxruntime chooses kernels by the outputs of a model;
   * with these a part runs on the kernels of the whole model.
   */
  alsoGiven?: ReadonlySet<string>;
}

/** Nodes that run between two places of a walk, and the tensors that they give. */
export interface WalkPart {
  nodes: Model['graph']['nodes'];
  outputs: string[];
}

/** @param alsoGiven see {@link WalkOptions} */
export function partBetween(
  { nodes }: Model['graph'],
  from: number,
  to: number,
  alsoGiven: ReadonlySet<string> = new Set(),
): WalkPart {
  const part = nodes.slice(from, to);
  const readLater = new Set(nodes.slice(to).flatMap(readNames));
  const made = new Set(part.flatMap((node) => node.outputs));
  return {
    nodes: part,
    outputs: [...made].filter((name) => name !== '' && (readLater.has(name) || alsoGiven.has(name))),
  };
}

/**
 * Runs a model on over all samples, up to node `to`. Each node runs once; only tensors that later nodes read are kept.
 */
export async function advance(walk: Walk, model: Model, to: number, options: WalkOptions): Promise<Walk> {
  const { graph } = model;
  const readLater = new Set(graph.nodes.slice(to).flatMap(readNames));
  const { nodes: part, outputs } = partBetween(graph, walk.position, to, options.alsoGiven);
  const inputs = [...new Set(part.flatMap(readNames))].filter((name) => walk.kept.has(name));
  const kept = new Map([...walk.kept].filter(([name]) => readLater.has(name)));
  const wanted = outputs.filter((name) => readLater.has(name));
  if (wanted.length > 0) {
    const facts = inputs.map((name): Fact => ({ name, dtype: walk.kept.get(name)?.[0]?.dtype, shape: undefined }));
    const typed: Model = {
      ...model,
      graph: {
        ...graph,
        values: new Map(outputs.map((name) => [name, { name, dtype: options.dtypeOf(name), shape: undefined }])),
      },
    };
    const nodes = part.map((_, i) => walk.position + i);
    const segment = extractSubgraph(typed, { nodes, inputs: facts, outputs });
    const session = await openSegment(segment, options);
    try {
      const count = walk.kept.values().next().value?.length ?? 0;
      const results: Record<string, TensorValue>[] = [];
      for (let sample = 0; sample < count; sample++)
        results.push(
          await session.run(Object.fromEntries(inputs.map((name) => [name, at(walk, name, sample)])), wanted),
        );
      for (const name of wanted)
        kept.set(
          name,
          results.map((result) => result[name]),
        );
    } finally {
      await session.close();
    }
  }
  return { position: to, kept };
}

/** Maximum weights of a part that runs in WebAssembly, whose memory never shrinks. */
const MAX_EXACT_BYTES = 64 * 2 ** 20;

async function openSegment(segment: Model, { workDir, threads, isExact }: WalkOptions): Promise<Inference> {
  const weights = [...segment.graph.initializers.values()].reduce((sum, { data }) => sum + byteLength(data), 0);
  if (isExact && weights <= MAX_EXACT_BYTES) return openWebModel(segment);
  return openModel(segment, workDir, 'segment', threads === undefined ? {} : { threads });
}

function at(walk: Walk, name: string, sample: number): TensorValue {
  const value = walk.kept.get(name)?.[sample];
  if (!value) throw new TypeError(`tensor ${name} has not been kept`);
  return value;
}
