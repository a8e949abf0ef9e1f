import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { PATIENCE } from '../../patience.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const example = path.join(root, 'examples/license-plates');
const npm = { env: { npm_config_update_notifier: 'false' }, timeout: PATIENCE } as const;

/** Why packages cannot be installed; undefined where they can. */
export async function unreachable(): Promise<string | undefined> {
  const { failed, shortMessage } = await execa('npm', ['view', 'vite', 'version'], {
    ...npm,
    reject: false,
    timeout: PATIENCE,
  });
  return failed ? String(shortMessage).split('\n')[0] : undefined;
}

/** The files of docs/plugins.md: every block whose first line is a comment with a path. */
async function documented(): Promise<Map<string, string>> {
  const text = await readFile(path.join(root, 'docs/plugins.md'), 'utf8');
  const blocks = [...text.matchAll(/```\w+\n((?:\/\/|#) ([\w./-]+)\n[^`]*(?:`[^`]+`[^`]*)*?)```/g)];
  return new Map(blocks.map(([, code, name]) => [name, code]));
}

/** The package as npm would publish it. */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await execa(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--silent', '--pack-destination', folder],
    {
      ...npm,
      cwd: root,
    },
  );
  // npm 11 prints a list, later majors an object by package name.
  const [{ filename }] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
  return path.join(folder, filename);
}

export const temporary = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'autosplit-plugins-'));

/**
 * A project from scratch: the example's network and samples, the files of the docs, and the packed package with
 * `packages` installed.
 * @param files more files, by path
 */
export async function makeApp(
  folder: string,
  tarball: string,
  packages: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const name of ['model.onnx', 'metric.mjs', 'data'])
    await cp(path.join(example, name), path.join(folder, name), { recursive: true });
  const basics = {
    'package.json': JSON.stringify({ name: 'app', private: true, type: 'module' }),
    '.npmrc': 'onnxruntime-node-install=skip\n',
    'src/main.js': "import { read } from './read.js';\n\nglobalThis.read = read;\n",
  };
  for (const [name, text] of [...(await documented()), ...Object.entries({ ...basics, ...files })]) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const flags = ['--no-audit', '--no-fund', '--silent', '--prefer-offline', '--save-dev'];
  await execa('npm', ['install', ...flags, tarball, 'onnxruntime-web@1.30', ...packages], { ...npm, cwd: folder });
  return folder;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export interface Outcome {
  exitCode: number | undefined;
  /** Both streams, without colours. */
  output: string;
}

/** Runs a command of a project, which may fail. */
export async function run(folder: string, command: string, ...args: string[]): Promise<Outcome> {
  const options = {
    cwd: folder,
    reject: false,
    all: true,
    preferLocal: true,
    timeout: PATIENCE,
    env: { NO_COLOR: '1', FORCE_COLOR: undefined },
  } as const;
  const { exitCode, all } = await execa(command, args, options);
  return { exitCode, output: all };
}
