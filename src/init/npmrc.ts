/**
 * Keeps onnxruntime-node from downloading CUDA libraries when it is installed; its CPU libraries come with the package.
 */
export const NPMRC_LINE = 'onnxruntime-node-install=skip';

/** Adds the line to the text of a .npmrc, unless it has the setting with any value. */
export function withNpmrcLine(text: string): string {
  if (/^\s*onnxruntime-node-install\s*=/m.test(text)) return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${NPMRC_LINE}\n`;
}
