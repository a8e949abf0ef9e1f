import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { policyFor } from './policy.js';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};
const ort = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));

export interface Site {
  origin: string;
  /** Says what is served: the cloud side has to know the origin first, and the page the cloud side. */
  serve(options: SiteOptions): Promise<void>;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** The edge side to serve. */
  edge: string;
  /** Address of its cloud side, for `connect-src`. */
  cloud: string;
  isIsolated?: boolean;
  workers?: "'self'" | "'none'";
}

type Files = Partial<Record<string, () => Promise<Uint8Array | string> | Uint8Array | string>>;

/**
 * A site with a generated edge half as a user's would be: script compiled by a bundler, the files of the bundle under
 * `edge/`, onnxruntime's under `ort/`, and a Content Security Policy as strict as the docs promise to bear.
 */
export async function openSite(): Promise<Site> {
  let files: Files = {};
  let headers: Record<string, string> = {};
  const server = createServer(async (request, response) => {
    const file = files[request.url ?? ''];
    const type =
      request.url === '/' ? 'text/html' : (TYPES[path.extname(request.url ?? '')] ?? 'application/octet-stream');
    response.writeHead(file ? 200 : 404, { ...headers, 'content-type': type });
    response.end(file ? await file() : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async serve({ edge, cloud, isIsolated = false, workers = "'self'" }) {
      files = await siteFiles(edge);
      const policy = policyFor(cloud).replace("worker-src 'self'", `worker-src ${workers}`);
      const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
      headers = { 'content-security-policy': policy, ...(isIsolated && isolation) };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function siteFiles(edge: string): Promise<Files> {
  const script = await build({
    stdin: {
      contents: `export { createEdge } from ${JSON.stringify(path.join(edge, 'edge.mjs'))};`,
      resolveDir: path.resolve('.'),
    },
    bundle: true,
    format: 'iife',
    globalName: 'autosplit',
    write: false,
    conditions: ['onnxruntime-web-use-extern-wasm'],
    // Nothing lies beside a script of another format: everything is asked for by name.
    define: { 'import.meta.url': 'document.baseURI' },
    logLevel: 'error',
  });
  const filesOf = (prefix: string, folder: string, names: string[]): Files =>
    Object.fromEntries(names.map((name) => [`/${prefix}/${name}`, () => readFile(path.join(folder, name))]));
  return {
    '/': () => '<!doctype html><title>test</title><link rel="icon" href="/icon.svg"><script src="/app.js"></script>',
    '/icon.svg': () => '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '/app.js': () => script.outputFiles[0].contents,
    ...filesOf('edge', edge, ['model.onnx', 'weights.bin', 'unpack-worker.mjs']),
    ...filesOf(
      'ort',
      ort,
      ['', '.asyncify'].flatMap((kind) => ['mjs', 'wasm'].map((ending) => `ort-wasm-simd-threaded${kind}.${ending}`)),
    ),
  };
}
