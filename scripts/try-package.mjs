/**
 * Follows the README as a new user: packs the package, installs it into an empty project, builds the example there,
 * checks it, starts the cloud side and runs the edge side against it. Then builds it once more for the targets that
 * docs/extending.md defines in packages.
 *
 *   node scripts/try-package.mjs
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const root = fileURLToPath(new URL('..', import.meta.url));
const project = mkdtempSync(path.join(tmpdir(), 'autosplit-package-'));
/** What crosses is raw for this edge side, and the input with it. */
const TARGETS = `extends: ./autosplit.config.yaml
edge: { target: firmware }
cloud: { target: autosplit-target-gateway }
input: { encoding: raw }
output: targets
`;
const run = (file, args, options = {}) =>
  execa(file, args, { cwd: project, stdio: ['ignore', 'pipe', 'inherit'], ...options });

try {
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', project], { cwd: root });
  // npm 11 prints a list, later majors an object by package name.
  const [{ filename }] = Object.values(JSON.parse(stdout));
  writeFileSync(
    path.join(project, 'package.json'),
    JSON.stringify({ name: 'user', version: '1.0.0', private: true, type: 'module' }),
  );
  writeFileSync(path.join(project, '.npmrc'), 'onnxruntime-node-install=skip\n');
  await run('npm', ['install', '--no-audit', '--no-fund', '--silent', '--save-dev', `./${filename}`]);
  for (const name of ['model.onnx', 'metric.mjs', 'data', 'autosplit.config.yaml'])
    cpSync(path.join(root, 'examples/license-plates', name), path.join(project, name), { recursive: true });

  const built = await run('npx', ['autosplit', 'build', '--json', '--quiet']);
  const { plan, verification } = JSON.parse(built.stdout);
  assert.ok(verification.samples > 0);
  await run('npx', ['autosplit', 'check', '--quiet']);

  const committed = path.join(root, 'examples/license-plates/autosplit');
  for (const file of readdirSync(committed, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const name = path.relative(committed, path.join(file.parentPath, file.name));
    const same = readFileSync(path.join(project, 'autosplit', name)).equals(readFileSync(path.join(committed, name)));
    assert.ok(same, `${name} differs from the committed example`);
  }

  writeFileSync(path.join(project, 'use.mjs'), USE());
  if (plan.decision === 'edge-only') await run('node', ['use.mjs', '']);
  else {
    const server = execa('node', ['autosplit/cloud/server.mjs', '--port', '0'], { cwd: project, reject: false });
    try {
      const address = await new Promise((resolve, reject) => {
        createInterface({ input: server.stdout }).on('line', (line) => {
          const found = /http:\S+/.exec(line);
          if (found) resolve(found[0]);
        });
        server.then((result) => reject(new Error(`the cloud side ended: ${result.stderr}`)));
      });
      await run('node', ['use.mjs', address], { stdio: 'inherit' });
    } finally {
      server.kill();
      await server;
    }
  }

  installTargets();
  writeFileSync(path.join(project, 'targets.yaml'), TARGETS);
  await run('npx', ['autosplit', 'build', '--config', 'targets.yaml', '--quiet', '--json']);
  await run('npx', ['autosplit', 'check', '--config', 'targets.yaml', '--quiet']);
  const { targets, verification: verified } = JSON.parse(
    readFileSync(path.join(project, 'targets/split-manifest.json'), 'utf8'),
  );
  assert.deepEqual(targets, { edge: 'firmware', cloud: 'gateway' });
  assert.equal(verified.notRun, undefined);
  console.log('the packed package builds, checks and runs');
} finally {
  rmSync(project, { recursive: true, force: true });
}

/** Packages as docs/extending.md shows them, a file each block. */
function installTargets() {
  const blocks = readFileSync(path.join(root, 'docs/extending.md'), 'utf8').matchAll(/^```js[a-z]*\n([\s\S]*?)^```$/gm);
  for (const [, text] of blocks) {
    const name = /"name": "(autosplit-target-\w+)"/.exec(text)?.[1];
    const file = name === undefined ? /^\/\/ (autosplit-target-\S+)/.exec(text)?.[1] : `${name}/package.json`;
    if (file === undefined) continue;
    const at = path.join(project, 'node_modules', file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text);
  }
}

/** What a user writes: the first plates of the validation set through both sides. */
function USE() {
  return `
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { createEdge } from './autosplit/edge/edge.mjs';
import { decode } from './metric.mjs';
const edge = await createEdge({ cloud: process.argv[2] });
const rows = readFileSync('data/val.csv', 'utf8').trim().split('\\n').slice(1, 9).map((line) => line.split(','));
let right = 0;
for (const [file, label] of rows) {
  const { data, info } = await sharp('data/val/' + file).raw().toBuffer({ resolveWithObject: true });
  const image = new Float32Array(data.length);
  const plane = info.width * info.height;
  for (let i = 0; i < data.length; i++) image[(i % 3) * plane + Math.floor(i / 3)] = (data[i] - 127.5) / 64;
  const { outputs, timings } = await edge.infer({ image });
  if (decode({ logits: { data: outputs.logits, dims: [1, 35, 24] } }) === label) right++;
  assert.ok(timings.total > 0);
}
await edge.close();
console.log(right + ' of ' + rows.length + ' plates read');
assert.ok(right >= rows.length - 1);
`;
}
