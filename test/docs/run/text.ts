import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { planSummary } from '../../../src/report/summary.js';
import type { Block } from '../blocks.js';
import { CONFIG, type Reader } from './reader.js';

/** Beginnings of blocks that state a formula. */
const FORMULAS = ['seconds = ', 'max(', 't = ', 'rtt + ', 'energy = '];

/** Blocks without a language: what the program prints or writes must be so, formulas are read by people. */
export async function runText(reader: Reader, { text, place }: Block): Promise<void> {
  if (FORMULAS.some((beginning) => text.startsWith(beginning))) return;
  if (text.startsWith('autosplit/\n')) return isTree(reader, text);
  if (text.startsWith('validation: {')) return isConfig(reader, text);
  if (text.startsWith('autosplit build\n')) return isOfExample(text);
  if (text.startsWith('error CONFIG_INVALID')) return isSaid(reader, text);
  if (text.startsWith('preset eyeriss: version')) return isChange(reader, text);
  throw new Error(`${place}: nothing is known of this text`);
}

/** Every file that is named is in the bundle. */
function isTree({ folder }: Reader, text: string): void {
  let at = 'autosplit';
  for (const line of text.split('\n').slice(1)) {
    const [, half] = /^ {2}(edge|cloud)\//.exec(line) ?? [];
    at = half ? `autosplit/${half}` : 'autosplit';
    for (const [name] of line.matchAll(/[\w-]+\.(json|html|onnx|bin|mjs|d\.mts|md)\b/g))
      expect(existsSync(path.join(folder, at, name)), name).toBe(true);
  }
}

/** Each line is a part of a config: the config of the README with it is one. Its files are not there. */
function isConfig({ folder }: Reader, text: string): void {
  const config = parse(readFileSync(path.join(folder, CONFIG), 'utf8'));
  const schema = (name: string) => JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8'));
  const ajv = new Ajv2020({ strict: false }).addSchema(schema('preset'));
  const validate = ajv.compile(schema('config'));
  for (const line of text.trim().split('\n'))
    expect(validate({ ...config, ...parse(line) }), ajv.errorsText(validate.errors)).toBe(true);
}

/** A part of the manifest of the bundle, whose long texts end in `...`. */
export function isInManifest({ folder }: Reader, text: string): void {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'autosplit/split-manifest.json'), 'utf8'));
  const shortened = (value: unknown): unknown =>
    typeof value === 'string' && value.endsWith('...')
      ? expect.stringContaining(value.slice(0, -3).trim())
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shortened(each)]))
        : value;
  expect(manifest).toMatchObject(shortened(JSON.parse(`{${text}}`)) as object);
}

/** The plan of the committed example and what it rests on, as a terminal shows them. */
function isOfExample(text: string): void {
  const { plan, deployable } = JSON.parse(
    readFileSync('examples/license-plates/autosplit/split-manifest.json', 'utf8'),
  );
  const printed = planSummary({ ...plan, deployable }).split('\n');
  for (const line of text.trim().split('\n').slice(1)) expect(printed).toContain(line);
}

/** What the config of the README gives with that mistake. */
async function isSaid({ folder, write, shell }: Reader, text: string): Promise<void> {
  write('wrong/model.onnx', '');
  write(`wrong/${CONFIG}`, readFileSync(path.join(folder, CONFIG), 'utf8').replace('cloud:', 'cluod:'));
  const said = await shell('npx autosplit check --cwd wrong || true');
  expect(said.replaceAll(path.join(folder, 'wrong'), '/home/you/plates')).toContain(text.trim());
}

/** What `check` says of a bundle that was made with an older version of a preset; figures are those of that day. */
async function isChange({ folder, write, shell }: Reader, text: string): Promise<void> {
  const name = 'autosplit/split-manifest.json';
  const written = readFileSync(path.join(folder, name), 'utf8');
  const older = JSON.parse(written);
  older.inputs.presetVersions.edge.version -= 1;
  older.inputs.presets.edge.bandwidth *= 2;
  write(name, JSON.stringify(older));
  const said = await shell('npx autosplit check || true');
  write(name, written);
  const withoutFigures = (one: string) => one.replaceAll(/\d+/g, 'N');
  for (const line of text.trim().split('\n')) expect(withoutFigures(said)).toContain(withoutFigures(line));
}
