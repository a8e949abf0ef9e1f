/** JavaScript expressions that give the URLs of the files of an edge side. */
export interface BrowserPlaces {
  model: string;
  weights: string;
  worker: string;
  /** Files of onnxruntime-web, if it is bundled. */
  ort?: { mjs: string; wasm: string };
}

/**
 * Rewrites the runtime of an edge side for browsers to load its files from other URLs. Line numbers do not change.
 * @param code edge.mjs as `autosplit build` writes it
 */
export function wireBrowserEdge(code: string, { model, weights, worker, ort }: BrowserPlaces): string {
  const placed = replaceAll(code, {
    'new URL("./model.onnx", import.meta.url)': model,
    'new URL("./weights.bin", import.meta.url)': weights,
    'new URL("./unpack-worker.mjs", import.meta.url)': worker,
  });
  return ort ? withRuntimeAt(placed, ort) : placed;
}

/** The same for Node.js. */
export function wireNodeEdge(code: string, { model, weights }: Pick<BrowserPlaces, 'model' | 'weights'>): string {
  return replaceAll(code, {
    'new URL("./", import.meta.url)': 'undefined',
    'new URL(model, folder)': model,
    'new URL(weights.file, folder)': weights,
  });
}

const EXPORTS = /export \{\s*EdgeError,\s*createEdge\s*\};\s*$/;

/** Sets a default for `wasmPaths`. WebGPU needs another WebAssembly file, which onnxruntime finds itself. */
function withRuntimeAt(code: string, { mjs, wasm }: { mjs: string; wasm: string }): string {
  if (!EXPORTS.test(code)) throw unknown('its exports');
  const paths = `{ mjs: ${mjs}.href, wasm: ${wasm}.href }`;
  const wrapper = `(options = {}) => createEdge(options.executionProviders?.includes("webgpu") ? options : { wasmPaths: ${paths}, ...options })`;
  return code.replace(
    EXPORTS,
    () => `const createPlacedEdge = ${wrapper};\nexport { EdgeError, createPlacedEdge as createEdge };\n`,
  );
}

function replaceAll(code: string, replacements: Readonly<Record<string, string>>): string {
  let result = code;
  for (const [written, placed] of Object.entries(replacements)) {
    if (result.split(written).length !== 2) throw unknown(written);
    result = result.replace(written, () => placed);
  }
  return result;
}

/** The check guarantees a bundle of this version, so a missing text is a bug of autosplit. */
const unknown = (what: string) => new Error(`the runtime of an edge side does not hold ${what} where it is expected`);
