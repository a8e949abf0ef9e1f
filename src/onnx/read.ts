import { AutosplitError } from '../util/error.js';
import { byteLength, readBytes } from './bytes.js';
import { checkGraph, nameNodes } from './check.js';
import { constantOf } from './constants.js';
import { externalData, shown } from './external.js';
import type { Graph, Initializer, Model, Node } from './graph.js';
import { GraphProto, ModelProto, OperatorSetIdProto } from './proto.js';
import { readFact } from './read-fact.js';
import { readNode } from './read-node.js';
import { readTensor } from './read-tensor.js';
import { type Cursor, invalid, openCursor, split, unsupported } from './wire.js';

/** Oldest opset that is read: in older ones too many operators mean something else. */
const OLDEST_OPSET = 7;
/** onnxruntime reads at most 33 levels, by protobuf's limit of 100 nested messages. */
const DEEPEST_BODY = 32;
/** From this IR version on, initializers need not be listed as inputs, and {@link readModel} does not list them. */
const IR_WITHOUT_INITIALIZER_INPUTS = 4;

/** Field numbers of ModelProto and GraphProto that are walked and not decoded. */
const MODEL = { graph: 7, function: 25 };
const GRAPH = { node: 1, initializer: 5, sparseInitializer: 15 };
const LOCATED_IN_MODEL = new Set(Object.values(MODEL));
const KEPT_IN_MODEL = new Set([...ModelProto.ids].filter((id) => !LOCATED_IN_MODEL.has(id)));
const LOCATED_IN_GRAPH = new Set(Object.values(GRAPH));
const KEPT_IN_GRAPH = new Set([...GraphProto.ids].filter((id) => !LOCATED_IN_GRAPH.has(id)));

/**
 * Indexes an ONNX file: structure is read, weights stay on disk as byte ranges, so that gigabytes take milliseconds and
 * a few megabytes. Constant nodes become initializers, initializers are no inputs, nodes are in topological order,
 * documentation and metadata are left out.
 * @throws AutosplitError MODEL_NOT_FOUND, MODEL_INVALID, MODEL_UNSUPPORTED or EXTERNAL_DATA; nothing else, whatever the
 * file holds
 */
export function readModel(path: string): Model {
  const cursor = openCursor(path);
  try {
    return readWhole(cursor);
  } catch (error) {
    if (error instanceof AutosplitError) throw error;
    // protobufjs reports broken messages as plain errors.
    throw new AutosplitError(
      'MODEL_INVALID',
      `${path} is not a valid ONNX model: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        hint: 'the file is damaged or no ONNX file',
      },
    );
  } finally {
    cursor.close();
  }
}

function readWhole(cursor: Cursor): Model {
  const { path, size } = cursor;
  refuseStranger(cursor);
  const { kept, located } = split(cursor, 0, size, KEPT_IN_MODEL, LOCATED_IN_MODEL);
  const message = ModelProto.decode(kept);
  const graphs = located.filter(({ id }) => id === MODEL.graph);
  if (graphs.length !== 1 || graphs[0].wire !== 2)
    throw invalid(path, graphs.length > 1 ? 'it holds several graphs' : 'it holds no graph');
  const opsets = new Map<string, number>();
  for (const bytes of message.opsets) {
    const { domain = '', version = 0 } = OperatorSetIdProto.decode(bytes);
    opsets.set(domain === 'ai.onnx' ? '' : domain, version);
  }
  const opset = opsets.get('');
  if (opsets.size === 0) throw invalid(path, 'it names no operator set', 'export it again with a current exporter');
  if (opset !== undefined && (opset < OLDEST_OPSET || !Number.isSafeInteger(opset))) {
    throw unsupported(
      path,
      `it uses operator set ${opset}`,
      `export it with opset ${OLDEST_OPSET} or later, best 13 or later`,
    );
  }
  if (!Number.isSafeInteger(message.irVersion ?? 0)) throw invalid(path, `its IR version is ${message.irVersion}`);
  const { start, end } = graphs[0];
  const graph = checkGraph(path, readGraph(cursor, start, end), () => false);
  if (graph.outputs.length === 0) throw invalid(path, 'its graph has no outputs');
  return {
    irVersion: Math.max(message.irVersion ?? 0, IR_WITHOUT_INITIALIZER_INPUTS),
    producer: message.producerName ?? '',
    opsets,
    graph,
    functions: located
      .filter(({ id, wire }) => id === MODEL.function && wire === 2)
      .map((field) => cursor.bytes(field.start, field.end)),
  };
}

/** Names what a file is that is not ONNX, where that can be told. */
function refuseStranger(cursor: Cursor): void {
  if (cursor.size === 0) throw invalid(cursor.path, 'it is empty');
  const head = new TextDecoder('latin1').decode(cursor.bytes(0, Math.min(cursor.size, 40)));
  if (head.startsWith('version https://git-lfs'))
    throw invalid(cursor.path, 'it is a Git LFS pointer', 'fetch the file itself with `git lfs pull`');
}

function readGraph(cursor: Cursor, start: number, end: number): Graph {
  const external = externalData(cursor.path);
  return walk(start, end, 0);

  function walk(from: number, to: number, depth: number): Graph {
    if (depth > DEEPEST_BODY)
      throw unsupported(
        cursor.path,
        `its graphs are nested more than ${DEEPEST_BODY} deep`,
        'onnxruntime cannot read it either',
      );
    const { kept, located } = split(cursor, from, to, KEPT_IN_GRAPH, LOCATED_IN_GRAPH);
    const message = GraphProto.decode(kept);
    if (located.some(({ id }) => id === GRAPH.sparseInitializer))
      throw unsupported(cursor.path, 'it has sparse initializers', 'store them dense');
    if (located.some(({ wire }) => wire !== 2)) throw invalid(cursor.path, `byte ${from} starts no graph`);
    const tensor = (tensorStart: number, tensorEnd: number) => readTensor(cursor, external, tensorStart, tensorEnd);
    const readers = {
      cursor,
      tensor,
      graph: (bodyStart: number, bodyEnd: number) => walk(bodyStart, bodyEnd, depth + 1),
    };
    const nodes: Node[] = [];
    const initializers = new Map<string, Initializer>();
    const add = (initializer: Initializer) => {
      if (initializer.name === '') throw invalid(cursor.path, 'one of its initializers has no name');
      const other = initializers.get(initializer.name);
      // onnxruntime writes constants of bodies twice; equal duplicates are harmless.
      if (other && !isSame(other, initializer))
        throw invalid(cursor.path, `initializer ${shown(initializer.name)} is defined twice`);
      initializers.set(initializer.name, initializer);
    };
    for (const field of located) {
      if (field.id === GRAPH.initializer) add(tensor(field.start, field.end));
      else {
        const node = readNode(readers, field.start, field.end);
        const constant =
          node.op === 'Constant' && node.domain === '' && node.outputs.length === 1 ? constantOf(node) : undefined;
        if (constant) add(constant);
        else nodes.push(node);
      }
    }
    const facts = (encoded: Uint8Array[]) => encoded.map((bytes) => readFact(cursor.path, bytes));
    return {
      name: message.name ?? '',
      nodes: nameNodes(nodes),
      // Before IR version 4 every initializer was an input, too; afterwards an input with a default, which nothing
      // overrides here.
      inputs: facts(message.inputs).filter((input) => !initializers.has(input.name)),
      outputs: facts(message.outputs),
      initializers,
      values: new Map(facts(message.values).map((fact) => [fact.name, fact])),
    };
  }
}

function isSame(a: Initializer, b: Initializer): boolean {
  const isAlike =
    a.dtype === b.dtype && a.dims.length === b.dims.length && a.dims.every((dim, axis) => dim === b.dims[axis]);
  return (
    isAlike && byteLength(a.data) === byteLength(b.data) && Buffer.compare(readBytes(a.data), readBytes(b.data)) === 0
  );
}
