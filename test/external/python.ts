import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExecaError, execa } from 'execa';
import { aptInstall, type Tool } from './tool.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const venv = path.join(root, '.venv');
const executable = path.join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/**
 * The interpreter of `.venv` in the project, made once with the packages of requirements.txt: quick where it holds what
 * that file says.
 */
export async function preparePython(): Promise<Tool> {
  const requirements = path.join(here, 'requirements.txt');
  const wanted = await readFile(requirements, 'utf8');
  const stamp = path.join(venv, 'installed.txt');
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === wanted) return { executable };
  try {
    await makeVenv().catch(async (error) => {
      const failure = await aptInstall('python3', 'python3-venv');
      if (failure !== undefined) throw new Error(`${error.message}, and ${failure}`);
      await makeVenv();
    });
    await attempt('pip cannot install test/external/requirements.txt', executable, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '-r',
      requirements,
    ]);
    await writeFile(stamp, wanted);
    return { executable };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

async function makeVenv(): Promise<void> {
  await attempt('there is no python3', 'python3', ['--version']);
  await rm(venv, { recursive: true, force: true });
  await mkdir(venv, { recursive: true });
  await attempt('python3 cannot make a virtual environment', 'python3', ['-m', 'venv', venv]);
}

async function attempt(failure: string, command: string, args: string[]): Promise<void> {
  await execa(command, args, { env: { PIP_DISABLE_PIP_VERSION_CHECK: '1' } }).catch((error: unknown) => {
    const said = error instanceof ExecaError ? String(error.stderr || error.shortMessage) : String(error);
    throw new Error(`${failure}: ${said.trim().split('\n').at(-1)}`);
  });
}

/** Runs a script of this folder and gives the JSON that it prints. */
export async function runPython(python: string, script: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await execa(python, [path.join(here, script), ...args], { env: { PYTHONDONTWRITEBYTECODE: '1' } });
  return JSON.parse(stdout);
}
