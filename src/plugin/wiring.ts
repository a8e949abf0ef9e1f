/** JavaScript expressions for where the files of an edge side will lie, each a URL. */
export interface BrowserPlaces {
  model: string;
  weights: string;
  worker: string;
  /** Of onnxruntime-web, where it is compiled in. */
  ort?: { mjs: string; wasm: string };
}

/**
 * The runtime of an edge side for browsers with its files elsewhere than beside it. Lines stay where they are.
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

/** `wasmPaths` unless the caller names others. WebGPU has another WebAssembly, which is left to onnxruntime. */
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

/** A check has found the bundle to be of this version of autosplit: it is a defect. */
const unknown = (what: string) => new Error(`the runtime of an edge side does not hold ${what} where it is expected`);
