import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { AutosplitError } from '../util/error.js';
import { packageRoot } from '../util/package.js';
import { parseQuantity, type Quantity, quantityExample } from '../util/units.js';
import { type Located, pointerPath, toPlain, valueAt } from './located.js';
import { problemsOf } from './schema-problems.js';

/** `FILE` or `FILE#/$defs/NAME` in schemas/. */
export type SchemaName =
  | 'config.schema.json'
  | 'config.schema.json#/$defs/Complete'
  | 'config.schema.json#/$defs/Variant'
  | `preset.schema.json#/$defs/${'EdgePresetFile' | 'CloudPresetFile' | 'LinkPresetFile' | 'EdgeDevice' | 'CloudDevice' | 'LinkDevice' | 'EdgeTable' | 'CloudTable'}`;

/**
 * All problems of a value, with positions. Text from the environment or the command line is first converted, in place,
 * to the number, boolean or list that the schema requires.
 * @param path of the value in the user's config, for messages
 */
export function validate(located: Located, schema: SchemaName, path: readonly string[] = []): AutosplitError[] {
  const check = validator(schema);
  if (check(toPlain(located))) return [];
  // A value is converted at most twice: to a list, then its items.
  while (convertInterpolated(located, check.errors ?? [])) if (check(toPlain(located))) return [];
  return problemsOf(check.errors ?? [], located, path);
}

/**
 * Converts interpolated text to the number, boolean or list (`4, 8`) that the schema requires. Returns whether anything
 * changed.
 */
function convertInterpolated(located: Located, errors: readonly ErrorObject[]): boolean {
  let changed = false;
  for (const { keyword, instancePath, params } of errors) {
    if (keyword !== 'type') continue;
    const at = valueAt(located, pointerPath(instancePath));
    if (at?.kind !== 'scalar' || !at.interpolated || typeof at.value !== 'string') continue;
    const types: string[] = [params.type].flat();
    const isNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(at.value);
    if (isNumber && types.some((type) => type === 'number' || type === 'integer')) at.value = Number(at.value);
    else if (/^(true|false)$/.test(at.value) && types.includes('boolean')) at.value = at.value === 'true';
    else if (types.includes('array') && !at.value.includes('${')) becomeList(at, at.value);
    else continue;
    changed = true;
  }
  return changed;
}

function becomeList(at: Located, text: string): void {
  const { source, span } = at;
  const items = text
    .split(',')
    .map((item): Located => ({ source, span, kind: 'scalar', value: item.trim(), interpolated: true }));
  Object.assign(at, { kind: 'list', items, value: undefined });
}

let ajv: Ajv2020 | undefined;

function validator(name: SchemaName): ValidateFunction {
  ajv ??= makeAjv();
  const found = ajv.getSchema(name);
  if (!found) throw new Error(`there is no schema ${name}`);
  return found;
}

function makeAjv(): Ajv2020 {
  const made = new Ajv2020({
    allErrors: true,
    verbose: true,
    strictTypes: false,
    strictRequired: false,
    // Halves the time to compile: the schemas are part of the package, and a config is checked once.
    validateSchema: false,
    meta: false,
    inlineRefs: false,
    code: { optimize: false },
  });
  made.addVocabulary(['expected']);
  made.addKeyword({
    keyword: 'quantity',
    type: ['string', 'number'],
    schemaType: 'string',
    errors: true,
    validate: checkQuantity,
  });
  for (const file of ['preset.schema.json', 'config.schema.json']) {
    made.addSchema(JSON.parse(readFileSync(path.join(packageRoot(), 'schemas', file), 'utf8')) as SchemaObject);
  }
  return made;
}

const LIMITS: [keyword: string, holds: (value: number, limit: number) => boolean, words: string][] = [
  ['minimum', (value, limit) => value >= limit, 'at least'],
  ['exclusiveMinimum', (value, limit) => value > limit, 'more than'],
  ['maximum', (value, limit) => value <= limit, 'at most'],
  ['exclusiveMaximum', (value, limit) => value < limit, 'less than'],
];

/**
 * The schema keyword `quantity: KIND`: text that units.ts parses, within `minimum` etc. of the same schema in SI units.
 */
function checkQuantity(quantity: Quantity, data: string | number, parent?: Record<string, unknown>): boolean {
  const parsed = parseQuantity(data, quantity);
  checkQuantity.errors = [];
  if ('problem' in parsed) {
    checkQuantity.errors = [{ keyword: 'quantity', message: parsed.problem, params: { hint: parsed.hint } }];
    return false;
  }
  for (const [keyword, holds, words] of LIMITS) {
    const limit = parent?.[keyword];
    if (typeof limit !== 'number' || holds(parsed.value, limit)) continue;
    checkQuantity.errors = [
      {
        keyword: 'quantity',
        message: `\`${data}\` is not ${words} ${limit}`,
        params: { hint: `for example \`${quantityExample(quantity)}\`` },
      },
    ];
    return false;
  }
  return true;
}
checkQuantity.errors = [] as Partial<ErrorObject>[];
