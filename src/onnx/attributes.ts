import type { Node } from './graph.js';

/** The integer attribute `name` of a node, or `fallback` where the node has none. */
export function intAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.type === 'int' ? attribute.value : fallback;
}

/** The float attribute `name` of a node, or `fallback`. */
export function floatAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.type === 'float' ? attribute.value : fallback;
}

/** The list of integers `name` of a node, or `fallback`. */
export function intsAttribute(node: Node, name: string, fallback: number[] = []): number[] {
  const attribute = node.attributes.get(name);
  return attribute?.type === 'ints' ? attribute.value : fallback;
}

/** The string attribute `name` of a node, or `fallback`. */
export function stringAttribute(node: Node, name: string, fallback: string): string {
  const attribute = node.attributes.get(name);
  return attribute?.type === 'string' ? attribute.value : fallback;
}
