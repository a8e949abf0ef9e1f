import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type House, importsOf, RULES, straysOf } from './architecture/rules.js';

/** Every room of src/, from the ground up: a file imports its own room and rooms that stand before it in this list. */
const GROUND = [
  'util',
  'numerics',
  'runtime',
  'onnx',
  'ops',
  'inference',
  'samples',
  'outputs',
  'metrics',
  'targets',
  'progress',
  'ptq',
];
const STAGES = ['config', 'frontend', 'calibrate', 'cost', 'planner', 'formulate', 'quantize', 'evaluate', 'select'];
const RESULTS = ['documents', 'bundle', 'verify', 'freshness', 'benchmark', 'testing', 'report'];
const RIM = ['pipeline', 'whatif', 'api', 'init', 'cli', 'plugin'];
const ROOMS = [...GROUND, ...STAGES, ...RESULTS, ...RIM];

/**
 * Rooms that import less than the order allows: what is used elsewhere as it is, and the ways in, which drive nothing
 * themselves.
 */
const ALONE = {
  planner: ['util'],
  runtime: ['numerics'],
  cli: ['api', 'init', 'report', 'config', 'progress', 'util'],
  plugin: ['api', 'config', 'util'],
};
/** Rooms that few may import. */
const GUARDED = {
  report: ['pipeline', 'api', 'cli'],
  pipeline: ['whatif', 'api'],
  whatif: ['api'],
  cli: [],
  plugin: [],
  testing: [],
};

const house = (files: Record<string, string>, rooms = ROOMS): House => ({
  rooms,
  alone: ALONE,
  guarded: GUARDED,
  files: new Map(Object.entries(files)),
});

const filesOf = (folder: string, end: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(end))
    .map((file) => file.split(path.sep).join('/'));
const source = path.resolve('src');
const names = filesOf(source, '.ts');
const ours = house(Object.fromEntries(names.map((file) => [file, readFileSync(path.join(source, file), 'utf8')])));

describe('src/', () => {
  it.each(Object.entries(RULES))('%s', (_, rule) => expect(rule(ours)).toEqual([]));
});

describe('test/', () => {
  it('mirrors src/', () => expect(straysOf(filesOf('test', '.test.ts'), names)).toEqual([]));

  it('has a stray where a unit test is of no file and no folder', () => {
    const sources = ['util/a.ts', 'util/deep/b.ts', 'index.ts'];
    const good = ['util/a.test.ts', 'util/deep.test.ts', 'util/deep/b.test.ts', 'e2e/c.test.ts', 'index.test.ts'];
    expect(straysOf(good, sources)).toEqual([]);
    expect(straysOf([...good, 'util/b.test.ts', 'attic/a.test.ts'], sources)).toEqual([
      'test/util/b.test.ts: there is no src/util/b.ts; move it, or to test/integration',
      'test/attic/a.test.ts: there is no src/attic/a.ts; move it, or to test/integration',
    ]);
  });
});

describe('imports', () => {
  it('are found however they are written, and not in comments', () => {
    const text = `
      import a, { b } from './a.js';
      import type { C } from '../c/c.js';
      export type {
        D,
      } from '../d.js';
      export * from './e/e.js';
      import './f.js';
      const g = await import('./g.js');
      type H = typeof import('./h.js');
      // import { no } from './no.js';
      /** As in import('./neither.js'). */
      import { readFile } from 'node:fs/promises';`;
    const found = ['room/a.ts', 'c/c.ts', 'd.ts', 'room/e/e.ts', 'room/f.ts', 'room/g.ts', 'room/h.ts'];
    expect(importsOf('room/file.ts', text)).toEqual(found);
  });
});

/** A house in which each room has a sign. */
const withSigns = (files: Record<string, string>, rooms: string[]) =>
  house(
    { ...Object.fromEntries(rooms.map((room) => [`${room}/index.ts`, '/** What it is for. */\n'])), ...files },
    rooms,
  );

describe('a rule is broken', () => {
  const broken = (rule: keyof typeof RULES, files: Record<string, string>, rooms: string[]) =>
    RULES[rule](withSigns(files, rooms));

  it('by a loose file, but not by index.ts', () => {
    const rule = 'has no loose file but index.ts';
    expect(broken(rule, { 'index.ts': '', 'api.ts': '' }, ['util'])).toEqual(['api.ts']);
  });

  it('by a folder that is in no list, and by a listed one that is not there', () => {
    const rule = 'has a place for every room';
    expect(broken(rule, { 'attic/file.ts': '' }, ['util'])).toEqual(['attic']);
    expect(RULES[rule](house({}, ['util']))).toEqual(['util']);
  });

  it('by an import of a room above, of types too, at any depth', () => {
    const rule = 'imports downwards alone';
    const up = {
      'util/deep/a.ts': "import type { B } from '../../config/b.js';",
      'config/b.ts': "import { c } from '../util/c.js';",
    };
    expect(broken(rule, up, ['util', 'config'])).toEqual(['util/deep/a.ts -> config/b.ts']);
    expect(broken(rule, { 'config/b.ts': "import '../index.js';" }, ['util', 'config'])).toEqual([
      'config/b.ts -> index.ts',
    ]);
    expect(broken(rule, { 'index.ts': "import './config/b.js';" }, ['util', 'config'])).toEqual([]);
  });

  it('by files in a circle, of types too', () => {
    const rule = 'has no circle of files';
    const circle = {
      'util/a.ts': "import type { B } from './b.js';",
      'util/b.ts': "const { c } = await import('./c.js');",
      'util/c.ts': "export { A } from './a.js';",
      'util/d.ts': "import { a } from './a.js';",
    };
    expect(broken(rule, circle, ['util'])).toEqual(['util/a.ts, util/b.ts, util/c.ts']);
    expect(broken(rule, { ...circle, 'util/c.ts': '' }, ['util'])).toEqual([]);
  });

  it('by folders of a room in a circle, though their files are in none', () => {
    const rule = 'has no circle of folders';
    const circle = { 'cost/a/one.ts': "import '../b/one.js';", 'cost/b/two.ts': "import '../a/deep/two.js';" };
    expect(broken(rule, circle, ['cost'])).toEqual(['cost/a, cost/b']);
    expect(broken(rule, { ...circle, 'cost/b/two.ts': '' }, ['cost'])).toEqual([]);
  });

  it('by a way in that passes the driver', () => {
    const rule = 'keeps the planner and the runtime alone, and the ways in above the driver';
    const files = {
      'cli/a.ts': "import '../pipeline/a.js';\nimport '../api/a.js';",
      'plugin/hosts/a.ts': "const { a } = await import('../../bundle/a.js');",
    };
    expect(broken(rule, files, ['bundle', 'pipeline', 'api', 'cli', 'plugin'])).toEqual([
      'cli/a.ts -> pipeline/a.ts',
      'plugin/hosts/a.ts -> bundle/a.ts',
    ]);
  });

  it('by a room that stands alone and imports another', () => {
    const rule = 'keeps the planner and the runtime alone, and the ways in above the driver';
    const files = { 'planner/a.ts': "import '../util/error.js';\nimport '../onnx/graph.js';" };
    expect(broken(rule, files, ['util', 'onnx', 'planner'])).toEqual(['planner/a.ts -> onnx/graph.ts']);
  });

  it('by whoever imports a guarded room', () => {
    const rule = 'lets few import the report and the pipeline, and nobody a way in';
    const files = {
      'whatif/a.ts': "import '../pipeline/a.js';",
      'init/a.ts': "import '../pipeline/a.js';",
      'cli/a.ts': "import '../report/a.js';",
      'bundle/a.ts': "import '../report/a.js';",
      'plugin/a.ts': "import '../cli/a.js';",
    };
    expect(broken(rule, files, ['bundle', 'report', 'pipeline', 'whatif', 'init', 'cli', 'plugin'])).toEqual([
      'init/a.ts -> pipeline/a.ts',
      'bundle/a.ts -> report/a.ts',
      'plugin/a.ts -> cli/a.ts',
    ]);
  });

  it('by a room that does not say, in at most five lines, what it is for', () => {
    const rule = 'says of every room what it is for';
    const long = `/**\n${' * line\n'.repeat(6)} */\n`;
    expect(
      broken(rule, { 'util/index.ts': "import 'node:fs';\n", 'cost/index.ts': long }, ['util', 'cost', 'cli']),
    ).toEqual(['util', 'cost']);
    expect(RULES[rule](house({ 'util/a.ts': '' }, ['util']))).toEqual(['util']);
  });
});
