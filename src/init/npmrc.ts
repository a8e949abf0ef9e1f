/**
 * Keeps onnxruntime-node from downloading CUDA libraries when it is installed; its CPU libraries come with the package.
 */
export const NPMRC_LINE = 'onnxruntime-node-install=skip';

/** The text of a .npmrc with the line, at its end; unchanged where the setting is there, whatever its value. */
export function withNpmrcLine(text: string): string {
  if (/^\s*onnxruntime-node-install\s*=/m.test(text)) return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${NPMRC_LINE}\n`;
}
