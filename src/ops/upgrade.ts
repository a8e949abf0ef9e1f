import type { AttributeValue, Node } from '../onnx/graph.js';
import { AttributeProto } from '../onnx/proto.js';

export interface UpgradeContext {
  /** Adds a constant and returns its name. */
  constant(wanted: string, values: BigInt64Array | Float32Array, dims: number[]): string;
  /** Undefined where the shape is not known. */
  dims(name: string): readonly (number | string)[] | undefined;
}

/** Rewrites one node of opset `from` for opset 13; undefined where that is not possible. */
export type Upgrade = (node: Node, from: number, context: UpgradeContext) => Node | undefined;

/** An older meaning that cannot be expressed, or is not worth it: the model keeps its opset. */
export const keepOpset: Upgrade = () => undefined;

/** Attributes of versions before `since` that became inputs, in input order behind the data. */
export const toInputs =
  (since: number, names: { name: string; type: 'ints' | 'float'; fallback?: number }[]): Upgrade =>
  (node, from, context) => {
    if (from >= since) return node;
    const inputs = [node.inputs[0]];
    for (const { name, type, fallback } of names) {
      const attribute = node.attributes.get(name);
      if (!attribute && fallback === undefined) inputs.push('');
      else if (type === 'ints') {
        const values = attribute ? integers(attribute) : [];
        inputs.push(
          context.constant(`${node.outputs[0]}_${name}`, BigInt64Array.from(values.map(BigInt)), [values.length]),
        );
      } else {
        const value = attribute?.type === 'float' ? attribute.value : (fallback ?? 0);
        inputs.push(context.constant(`${node.outputs[0]}_${name}`, Float32Array.of(value), []));
      }
    }
    while (inputs.at(-1) === '') inputs.pop();
    return { ...without(node, ...names.map(({ name }) => name)), inputs };
  };

export const ints = (name: string) => ({ name, type: 'ints' as const });

/** Integers of an attribute; an open end (INT64_MAX), which numbers cannot hold, becomes the largest that they can. */
export function integers(attribute: AttributeValue): number[] {
  if (attribute.type === 'ints') return attribute.value;
  if (attribute.type !== 'raw') return [];
  return AttributeProto.decode(attribute.value).ints.map((value) =>
    Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, value)),
  );
}

export const without = (node: Node, ...names: string[]): Node => ({
  ...node,
  attributes: new Map([...node.attributes].filter(([name]) => !names.includes(name))),
});

export const withAttribute = (node: Node, name: string, value: AttributeValue): Node => ({
  ...node,
  attributes: new Map(node.attributes).set(name, value),
});
