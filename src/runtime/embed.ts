import type { SplitSpec } from './spec.js';

/** The free identifier in the compiled runtime that stands for the split. */
const PLACEHOLDER = '__AUTOSPLIT_SPEC__';

/**
 * Puts a split into a compiled runtime (`dist/runtime/edge.mjs` or `server.mjs`): the text of edge.mjs or server.mjs of
 * a bundle.
 */
export function embedSpec(code: string, spec: SplitSpec): string {
  const pieces = code.split(PLACEHOLDER);
  if (pieces.length !== 2)
    throw new Error(`the runtime names ${PLACEHOLDER} ${pieces.length - 1} times instead of once`);
  return pieces.join(JSON.stringify(spec, null, 2));
}
