/**
 * The declarations of edge.mjs as text, from the types that the runtime is written with. scripts/generate-types.mjs writes
 * or checks it.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const EDGE = 'src/runtime/edge/api.ts';
const PAGE = 'src/runtime/web/api.ts';

export const DECLARATIONS = 'src/runtime/edge/edge-types.gen.ts';
export const DECLARED_IN = `${EDGE} and ${PAGE}`;

/** Text of src/runtime/edge/edge-types.gen.ts. */
export async function declarations() {
  const [edge, page] = await Promise.all([EDGE, PAGE].map((file) => readFile(path.join(root, file), 'utf8')));
  // Interfaces of one name merge: a page adds its options to those of every edge side.
  const merged = replaced(page, 'interface WebEdgeOptions extends EdgeOptions {', 'interface EdgeOptions {');
  return `// Generated from ${DECLARED_IN} by scripts/generate-declarations.mjs; do not edit.

/** Types of edge.mjs, but for \`Inputs\` and \`Outputs\`. */
export const EDGE_TYPES = ${literal(declared(edge))};

/** What pages have beside them. */
export const PAGE_TYPES = ${literal(declared(merged))};
`;
}

/** A file without its imports, its notes, and the types that each bundle has of its own. */
const declared = (text) =>
  text
    .split('\n\n')
    .filter((block) => !/^(import|\/\/) |^export type (Inputs|Outputs) =/m.test(block))
    .join('\n\n')
    .trim();

function replaced(text, from, to) {
  if (text.split(from).length !== 2) throw new Error(`${PAGE} should hold \`${from}\` once`);
  return text.replace(from, to);
}

const literal = (text) => `\`${text.replaceAll(/[\\`]|\$\{/g, '\\$&')}\``;
