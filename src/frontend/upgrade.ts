import { makeInitializer, nameMaker } from '../onnx/build.js';
import { factOf } from '../onnx/extract.js';
import type { Initializer, Model, Node } from '../onnx/graph.js';
import { operatorOf } from '../ops/index.js';
import type { UpgradeContext } from '../ops/upgrade.js';

/** QDQ per channel and 8-bit MaxPool need opset 13 of ai.onnx. */
export const TARGET_OPSET = 13;

/**
 * Raises a model of opset 7..12 to {@link TARGET_OPSET}, so that it can be quantized per channel. A model that uses
 * something which cannot be raised is returned as it is; its edge side then runs in float.
 */
export function upgradeOpset(model: Model): Model {
  const from = model.opsets.get('') ?? TARGET_OPSET;
  if (from >= TARGET_OPSET || from < 7) return model;
  const { graph } = model;
  const newName = nameMaker(graph);
  const initializers = new Map<string, Initializer>(graph.initializers);
  const context: UpgradeContext = {
    constant(wanted, values, dims) {
      const name = newName(wanted);
      initializers.set(name, makeInitializer(name, values, dims));
      return name;
    },
    dims: (name) => factOf(graph, name).shape,
  };
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const { upgrade } = operatorOf(node);
    const upgraded = upgrade ? upgrade(node, from, context) : node;
    if (!upgraded) return model;
    nodes.push(upgraded);
  }
  return {
    ...model,
    irVersion: Math.max(model.irVersion, 7),
    opsets: new Map(model.opsets).set('', TARGET_OPSET),
    graph: { ...graph, nodes, initializers },
  };
}
