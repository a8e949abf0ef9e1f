import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { execa, type ResultPromise } from 'execa';
import { elsewhere, LINES } from './elsewhere.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const example = path.join(root, 'examples/license-plates');
export const CONFIG = 'autosplit.config.yaml';
const TOKEN = 'secret';

/** Where pages send the edge side: in the test, to the server that the page has started. */
const ADDRESSES = /https?:\/\/(127\.0\.0\.1:8080|cloud\.example|triton\.example:8000)/g;

/** Who follows a page in a project of their own, block by block. */
export interface Reader {
  folder: string;
  write(name: string, content: string | Uint8Array): void;
  /** Runs every line of a block, but those that are run elsewhere. */
  shell(text: string, env?: Record<string, string>): Promise<string>;
  /** Runs a module beside the config. */
  module(text: string, name?: string): Promise<string>;
  close(): Promise<void>;
}

/** Folders that all readers share: what is computed once, and the programs that their shells find. */
export interface Desk {
  folder: string;
  /** A built project in a repository whose first commit is `origin/main`. */
  built: string;
  env: Record<string, string>;
  close(): void;
}

/** @param config of the project that pages are tried in */
export async function openDesk(config: string): Promise<Desk> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'autosplit-docs-')));
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const program = (name: string, text: string) => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  // As npx finds it in a project, a second sooner.
  program(
    'npx',
    `[ "$1" = autosplit ] || exit 127\nshift\nexec "${process.execPath}" "${path.join(root, 'dist/cli.js')}" "$@"`,
  );
  // GitHub is not asked: what it would be told must be there.
  program('gh', 'echo "gh $*"\nwhile [ $# -gt 0 ]; do [ "$1" = --body-file ] && cat "$2"; shift; done');
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');

  const built = path.join(folder, 'built');
  mkdirSync(path.join(built, 'node_modules'), { recursive: true });
  symlinkSync(root, path.join(built, 'node_modules/autosplit'), 'junction');
  mkdirSync(path.join(built, 'models'));
  for (const name of ['model.onnx', 'metric.mjs', 'data'])
    cpSync(path.join(example, name), path.join(built, name), { recursive: true });
  cpSync(path.join(example, 'model.onnx'), path.join(built, 'models/plates.onnx'));
  // Few samples: what is tried is whether it works, not how well.
  for (const name of readdirSync(path.join(built, 'data/calib')).slice(4)) rmSync(path.join(built, 'data/calib', name));
  for (const name of ['.zfunc', '.local/share/bash-completion/completions', '.config/fish/completions'])
    mkdirSync(path.join(folder, 'home', name), { recursive: true });
  writeFileSync(path.join(built, CONFIG), config);
  writeFileSync(path.join(built, '.gitignore'), 'node_modules\n');

  const env = {
    PATH: `${bin}${path.delimiter}${process.env.PATH}`,
    HOME: path.join(folder, 'home'),
    AUTOSPLIT_CACHE: path.join(folder, 'cache'),
    AUTOSPLIT_TOKEN: TOKEN,
    TOKEN,
    NO_COLOR: '1',
    npm_config_offline: 'true',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'reader'],
        [`GIT_${who}_EMAIL`, 'reader@localhost'],
      ]),
    ),
  };
  const commands = [
    'npx autosplit build --quiet',
    'git init -q -b main',
    'git add .',
    'git commit -q -m first',
    'git update-ref refs/remotes/origin/main HEAD',
  ];
  for (const command of commands) await execa('sh', ['-c', command], { cwd: built, env, stdin: 'ignore' });
  return { folder, built, env, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A reader with a copy of the built project. */
export function openReader({ folder: desk, built, env }: Desk, page: string): Reader {
  const folder = path.join(desk, page.replaceAll(/\W/g, '-'));
  cpSync(built, folder, { recursive: true, verbatimSymlinks: true });
  let server: { process: ResultPromise; address: string } | undefined;
  let modules = 0;

  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };

  async function stop(): Promise<void> {
    server?.process.kill();
    await server?.process;
    server = undefined;
  }

  /** Starts the cloud side at a port that nobody else has. */
  async function serve(line: string, more: Record<string, string>): Promise<void> {
    await stop();
    const free = line.includes('--port') ? line.replace('8080', '0') : `${line} --port 0`;
    const options = {
      cwd: folder,
      env: { ...env, AUTOSPLIT_TOKEN: '', ...more },
      reject: false,
      stdin: 'ignore',
    } as const;
    const child = execa(
      'sh',
      ['-c', free.replace('node ', 'exec node ').replace(/^(\S+=\S+) exec/, 'export $1; exec')],
      options,
    );
    const address = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (text) => {
        const [found] = /http:\S+/.exec(text) ?? [];
        if (found) resolve(found.replace('0.0.0.0', '127.0.0.1'));
      });
      child.then(({ stderr }) => reject(new Error(`${line} ended: ${stderr}`)));
    });
    server = { process: child, address };
  }

  return {
    folder,
    write,
    async shell(text, more = {}) {
      const said: string[] = [];
      for (const line of text.split('\n').map((one) => one.trim())) {
        if (line === '' || line.startsWith('#') || elsewhere(LINES, line)) continue;
        if (/\bserver\.mjs\b/.test(line)) {
          await serve(line, more);
          continue;
        }
        // It writes the config, and refuses where there is one; nobody answers here.
        if (line.startsWith('npx autosplit init')) rmSync(path.join(folder, CONFIG), { force: true });
        const asked = line
          .replace('autosplit init', 'autosplit init --yes')
          .replace(/(profile .*-o \S+)/, '$1 --rounds 1 --force');
        const { all } = await execa('sh', ['-ec', asked], {
          cwd: folder,
          env: { ...env, ...more },
          stdin: 'ignore',
          all: true,
        });
        said.push(all);
      }
      return said.join('\n');
    },
    async module(text, name = `block-${modules++}.mjs`) {
      const { code } = await transform(
        text.replaceAll(ADDRESSES, (url) => server?.address ?? url),
        { loader: 'ts', format: 'esm' },
      );
      write(name, code);
      const { all } = await execa(process.execPath, [name], { cwd: folder, env, stdin: 'ignore', all: true });
      return all;
    },
    close: stop,
  };
}
