/**
 * Follows "Install" and "Quick start" of README.md, command by command and file by file, in an empty folder with the
 * packed package, and prints how long that takes. It adds `--yes` to `init`, and installs the package from here and not
 * from a registry.
 *
 *   node scripts/try-readme.mjs
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'autosplit-readme-'));
const section = readFileSync(path.join(root, 'README.md'), 'utf8')
  .split('## Install')[1]
  .split('\n## How it decides')[0];
const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language, text]) => ({ language, text }));
const blockOf = (language) => blocks.find((block) => block.language === language).text;
const commands = blocks.flatMap(({ language, text }) =>
  language === 'sh'
    ? text
        .split('\n')
        .map((line) => line.replace(/\s+#.*/, '').trim())
        .filter((line) => line !== '')
    : [],
);

try {
  const { stdout } = await execa('npm', ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: root });
  const [{ filename }] = Object.values(JSON.parse(stdout));
  const started = performance.now();
  let server;
  let address;
  for (const command of commands) {
    console.log(`$ ${command}`);
    if (command.startsWith('node autosplit/cloud/server.mjs')) {
      // A port that nobody else has.
      const [file, ...args] = command.replace('8080', '0').split(' ');
      server = execa(file, args, { cwd: folder, reject: false });
      address = await addressOf(server);
      continue;
    }
    // It measures for minutes, and nothing below needs it.
    if (command.startsWith('npx autosplit profile')) continue;
    const line = command.replace(/ autosplit$/, ` ./${filename}`).replace('autosplit init', 'autosplit init --yes');
    await execa('sh', ['-c', line], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    if (command.startsWith('npm install'))
      for (const name of ['model.onnx', 'metric.mjs', 'data'])
        cpSync(path.join(root, 'examples/license-plates', name), path.join(folder, name), { recursive: true });
    if (command.startsWith('npx autosplit init'))
      writeFileSync(path.join(folder, 'autosplit.config.yaml'), blockOf('yaml'));
    if (command.startsWith('npx autosplit build'))
      console.log(`  ${((performance.now() - started) / 1000).toFixed(0)} s so far`);
  }
  try {
    writeFileSync(path.join(folder, 'read.mjs'), blockOf('js').replace('http://127.0.0.1:8080', address));
    const { stdout: said } = await execa('node', ['read.mjs'], { cwd: folder });
    console.log(said);
    const [, label] = /^0001\.jpg,(.+)$/m.exec(readFileSync(path.join(folder, 'data/val.csv'), 'utf8'));
    assert.ok(said.startsWith(label), `the plate reads ${label}`);
  } finally {
    server.kill();
    await server;
  }
  console.log(`the README works: ${((performance.now() - started) / 1000).toFixed(0)} s`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function addressOf(child) {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\S+/.exec(line);
      if (found) resolve(found[0]);
    });
    child.then((result) => reject(new Error(`the cloud side ended: ${result.stderr}`)));
  });
}
