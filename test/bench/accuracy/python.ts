import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { openInference } from '../../../src/inference/session.js';
import { npy } from '../../e2e/npy.js';
import { type Drop, pairedDrop } from './paired.js';
import type { Prepared } from './prepared.js';

const here = path.resolve('test/bench/accuracy');
const venv = path.resolve('.cache/accuracy-python');
const executable = path.join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** How onnxruntime's static quantizer is asked. */
const METHODS = ['MinMax', 'Entropy', 'Percentile'] as const;
const WEIGHTS = { 8: 'QInt8', 4: 'QInt4' } as const;

/** Makes the virtual environment of requirements.txt, once. */
export async function preparePython(): Promise<void> {
  const requirements = path.join(here, 'requirements.txt');
  const stamp = path.join(venv, 'installed.txt');
  const wanted = await readFile(requirements, 'utf8');
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === wanted) return;
  await mkdir(venv, { recursive: true });
  await execa('python3', ['-m', 'venv', venv]);
  await execa(executable, ['-m', 'pip', 'install', '--quiet', '-r', requirements], {
    env: { PIP_DISABLE_PIP_VERSION_CHECK: '1' },
  });
  await writeFile(stamp, wanted);
}

export interface PythonRow {
  method: string;
  bits: number;
  drop?: Drop;
  scores?: number[];
  /** Why there is no result. */
  error?: string;
}

/**
 * Quantizes with onnxruntime's own tool on the calibration samples, and measures its models in the runtime that ours
 * run in.
 */
export async function pythonRows(prepared: Prepared, widths: readonly (4 | 8)[]): Promise<PythonRow[]> {
  const { calibration, network, workDir, modelFile } = prepared;
  const [input] = network.model.graph.inputs;
  const shape = (input.shape ?? []).map(Number);
  const samples = path.join(workDir, 'calibration.npy');
  const values: Float32Array[] = [];
  for (let i = 0; i < calibration.count; i++) values.push((await calibration.load(i))[input.name].data as Float32Array);
  const all = new Float32Array(values.reduce((sum, { length }) => sum + length, 0));
  values.forEach((value, i) => {
    all.set(value, i * value.length);
  });
  await writeFile(samples, npy([values.length, ...shape], all));
  const rows: PythonRow[] = [];
  for (const bits of widths)
    for (const method of METHODS) {
      const script = path.join(here, 'quantize_static.py');
      const args = [modelFile, input.name, samples, workDir, method, WEIGHTS[bits]];
      const { stdout } = await execa(executable, [script, ...args], { reject: false });
      const { file, error = 'the quantizer ended without a result' } = JSON.parse(
        stdout.trim().split('\n').at(-1) || '{}',
      );
      if (!file) rows.push({ method, bits, error });
      else
        rows.push(
          await measured(prepared, file).then(
            (scores): PythonRow => ({ method, bits, scores, drop: pairedDrop(prepared.float, scores) }),
            (cause): PythonRow => ({ method, bits, error: String(cause.message).slice(0, 200) }),
          ),
        );
    }
  return rows;
}

async function measured(prepared: Prepared, file: string): Promise<number[]> {
  const session = await openInference(file);
  return prepared.score((feeds) => session.run(feeds)).finally(() => session.close());
}
