import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const source = path.resolve('src');

/** Folders below the stages: they know nothing of them. What each may import besides itself. */
const GROUND: Record<string, string[]> = {
  util: [],
  numerics: [],
  // Optimisation and shapes are onnxruntime's, in a process of its own (inference/isolated.ts, which knows no model).
  onnx: ['util', 'inference'],
  samples: ['util', 'onnx', 'numerics', 'runtime'],
  inference: ['util', 'onnx', 'numerics', 'runtime'],
  runtime: ['numerics'],
  targets: ['util', 'onnx', 'numerics'],
  outputs: ['util', 'onnx', 'numerics', 'inference'],
  metrics: ['util', 'outputs', 'samples', 'onnx'],
  rounding: ['util', 'onnx', 'numerics', 'inference', 'targets'],
};

/** Stages in their order; each imports the ground floor and the stages above it. */
const STAGES = [
  'config',
  'profile',
  'cost',
  'planner',
  'quantize',
  'measure',
  'evaluate',
  'select',
  'bundle',
  'verify',
  'report',
  'init',
  'cli',
];

/** Ways in: they call the list of stages, and nothing imports them. */
const RIM = ['cli', 'plugin'];

/** What imports a stage out of order would be a stage's secret: exceptions are none but these rules of their own. */
const ONLY: Record<string, string[]> = { planner: ['util'], report: [] };

interface Import {
  file: string;
  from: string;
  to: string;
}

const imports: Import[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const text = readFileSync(path.join(source, file), 'utf8');
    return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, target]) => ({
      file,
      from: folderOf(file),
      to: folderOf(path.relative(source, path.resolve(source, path.dirname(file), target))),
    }));
  })
  .filter(({ from, to }) => from !== to);

/** First folder of a path in src/; `.` for the files beside pipeline.ts. */
function folderOf(file: string): string {
  const parts = file.split(path.sep);
  return parts.length > 1 ? parts[0] : '.';
}

const broken = (rule: (entry: Import) => boolean) =>
  imports.filter((entry) => !rule(entry)).map(({ file, to }) => `${file} imports ${to}/`);

describe('architecture', () => {
  it('has no folder without a place', () => {
    const folders = new Set(imports.map(({ from }) => from).filter((folder) => folder !== '.'));
    expect([...folders].filter((folder) => !(folder in GROUND) && !STAGES.includes(folder) && !RIM.includes(folder))).toEqual([]);
  });

  it('keeps the ground floor free of stages', () => {
    expect(broken(({ from, to }) => !(from in GROUND) || GROUND[from].includes(to))).toEqual([]);
  });

  it('lets a stage import only what is above it', () => {
    const allowed = ({ from, to }: Import) => {
      if (!STAGES.includes(from) || from === 'cli') return true;
      // The plan as a document is shared by manifest and reports; it stands beside the pipeline.
      if (to === '.') return from === 'bundle' || from === 'report';
      if (ONLY[from]?.length) return ONLY[from].includes(to);
      return to in GROUND || STAGES.indexOf(to) < STAGES.indexOf(from);
    };
    expect(broken(allowed)).toEqual([]);
  });

  it('lets nothing import a way in, nor one the other', () => {
    expect(broken(({ from, to }) => !RIM.includes(to) || from === to)).toEqual([]);
  });

  it('lets only the command line print reports, and only the list of stages add the one of a bundle', () => {
    expect(broken(({ file, from, to }) => to !== 'report' || from === 'cli' || file === 'pipeline.ts')).toEqual([]);
  });
});
