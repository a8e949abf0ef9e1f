import type { ElementType, Model } from '../../src/onnx/graph.js';
import { float, modelOf, node } from './harness.js';

/** A model that gives one large initializer `w`; its values are said to be in a file and are never read. */
export function tensorModel(dtype: ElementType, dims: number[]): Model {
  const width = dtype === 'uint8' ? 1 : 4;
  const length = dims.reduce((a, b) => a * b, width);
  const model = modelOf({ nodes: [node('Identity', ['w'], ['y'])], inputs: [], outputs: [float('y', ...dims)] });
  const initializers: Model['graph']['initializers'] = new Map([
    ['w', { name: 'w', dtype, dims, data: { kind: 'file', path: 'nowhere', offset: 0, length } }],
  ]);
  return { ...model, graph: { ...model.graph, outputs: [{ name: 'y', dtype, shape: dims }], initializers } };
}
