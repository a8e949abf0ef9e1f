/**
 * Serves the built page, and runs the generated cloud side beside it, on an origin of its own as in production.
 *
 *   node server.mjs [--port 8000] [--folder dist]
 */
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const { values } = parseArgs({
  options: { port: { type: 'string', default: '8000' }, folder: { type: 'string', default: path.join(here, 'dist') } },
});
const folder = path.resolve(values.folder);

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

let cloud = '';
const page = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://page');
  const headers = {
    // As strict as it gets: no inline scripts or styles, no eval, no blobs.
    'content-security-policy': `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' ${cloud}`,
    // A page that is cross-origin isolated has threads and precise clocks.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'permissions-policy': 'camera=(self)',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  };
  if (pathname === '/cloud.json') {
    response.writeHead(200, { ...headers, 'content-type': TYPES['.json'] }).end(JSON.stringify({ cloud }));
    return;
  }
  const file = path.join(folder, pathname === '/' ? 'index.html' : decodeURIComponent(pathname));
  const entry = file.startsWith(folder + path.sep) ? await stat(file).catch(() => undefined) : undefined;
  if (!entry?.isFile()) {
    response.writeHead(404, headers).end('not found');
    return;
  }
  const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { ...headers, 'content-type': type, 'content-length': entry.size });
  createReadStream(file).pipe(response);
});

await new Promise((resolve) => page.listen(Number(values.port), '127.0.0.1', resolve));
const { port } = page.address();

// Pages by name and by number are pages of different origins.
const origins = `http://127.0.0.1:${port},http://localhost:${port}`;
const half = spawn(process.execPath, [path.join(here, 'autosplit/cloud/server.mjs'), '--port', '0'], {
  env: { ...process.env, AUTOSPLIT_ORIGINS: origins },
  stdio: ['ignore', 'pipe', 'inherit'],
});
half.on('exit', (code) => process.exit(code ?? 1));
createInterface({ input: half.stdout }).on('line', (line) => {
  cloud = line.replace('listening on ', '');
  console.log(`cloud side on ${cloud}\npage on http://localhost:${port}`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => half.kill(signal));
