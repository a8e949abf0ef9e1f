import type { AttributeValue, Initializer, Node } from './graph.js';

/** The tensor that a Constant node stands for; undefined where its attribute is of a kind that is not known. */
export function constantOf(node: Node): Initializer | undefined {
  const entries = [...node.attributes];
  if (entries.length !== 1) return undefined;
  const name = node.outputs[0];
  const [key, attribute] = entries[0];
  return decode(name, key, attribute);
}

function decode(name: string, key: string, attribute: AttributeValue): Initializer | undefined {
  switch (key) {
    case 'value':
      return attribute.type === 'tensor' ? { ...attribute.value, name } : undefined;
    case 'value_float':
      return attribute.type === 'float' ? floats(name, [], [attribute.value]) : undefined;
    case 'value_floats':
      return attribute.type === 'floats' ? floats(name, [attribute.value.length], attribute.value) : undefined;
    case 'value_int':
      return attribute.type === 'int' ? integers(name, [], [attribute.value]) : undefined;
    case 'value_ints':
      return attribute.type === 'ints' ? integers(name, [attribute.value.length], attribute.value) : undefined;
    default:
      return undefined;
  }
}

const memory = (values: ArrayBufferView) => ({
  kind: 'memory' as const,
  bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

const floats = (name: string, dims: number[], values: number[]): Initializer => ({
  name,
  dtype: 'float32',
  dims,
  data: memory(Float32Array.from(values)),
});

const integers = (name: string, dims: number[], values: number[]): Initializer => ({
  name,
  dtype: 'int64',
  dims,
  data: memory(BigInt64Array.from(values, BigInt)),
});
