import { int, makeInitializer, makeNode } from '../../src/onnx/build.js';
import type { ElementType, Fact, Model, Node } from '../../src/onnx/graph.js';
import { writeModel } from '../../src/onnx/write.js';

export const fact = (name: string, shape: (number | string)[], dtype: ElementType = 'float32'): Fact => ({
  name,
  dtype,
  shape,
});

/** The bytes of a network with these inputs that hands its first one through a Relu: for what only looks at inputs. */
export const identity = (inputs: Fact[], outputs?: Fact[]): Uint8Array =>
  bytesOf([makeNode('Relu', [inputs[0].name], ['y'])], inputs, outputs ?? [{ ...inputs[0], name: 'y' }]);

/**
 * A classifier of grey pictures of any size, the channel last: one convolution, the mean over the picture, four
 * classes.
 */
export function greyNetwork(): Uint8Array {
  const weights = Float32Array.from({ length: 4 * 9 }, (_, i) => Math.sin(1 + i));
  return bytesOf(
    [
      makeNode('Transpose', ['picture'], ['planes'], { perm: { type: 'ints', value: [0, 3, 1, 2] } }),
      makeNode('Conv', ['planes', 'w'], ['features'], { kernel_shape: { type: 'ints', value: [3, 3] } }),
      makeNode('Relu', ['features'], ['active']),
      makeNode('GlobalAveragePool', ['active'], ['mean']),
      makeNode('Flatten', ['mean'], ['classes'], { axis: int(1) }),
    ],
    [fact('picture', ['batch', 'height', 'width', 1])],
    [fact('classes', ['batch', 4])],
    { w: makeInitializer('w', weights, [4, 1, 3, 3]) },
  );
}

function bytesOf(
  nodes: Node[],
  inputs: Fact[],
  outputs: Fact[],
  initializers: Record<string, ReturnType<typeof makeInitializer>> = {},
): Uint8Array {
  const graph = {
    name: 'g',
    nodes,
    inputs,
    outputs,
    initializers: new Map(Object.entries(initializers)),
    values: new Map(),
  };
  const model: Model = { irVersion: 8, producer: 'test', opsets: new Map([['', 17]]), graph, functions: [] };
  return writeModel(model, { externalize: false }).skeleton;
}
