import type { ErrorObject } from 'ajv/dist/2020.js';
import type { AutosplitError } from '../util/error.js';
import { suggestion, suggestionAmong } from '../util/suggest.js';
import { keyAt, type Located, nearestAt, pointerPath, valueAt } from './located.js';
import { asWritten, preferredKey } from './normalised.js';
import { problemAt } from './problem.js';

/** Converts Ajv errors to problems with positions. `prefix` is the path of the value in the config. */
export function problemsOf(
  errors: readonly ErrorObject[],
  located: Located,
  prefix: readonly string[],
): AutosplitError[] {
  return joinMissing(relevant(errors)).map((error) => {
    const path = pointerPath(error.instancePath);
    const name = nameOf([...prefix, ...asWritten(located, path)]);
    const { message, hint, key } = sentenceOf(error, name, valueAt(located, path.slice(0, -1)));
    const at =
      key === undefined ? nearestAt(located, path) : (keyAt(located, [...path, key]) ?? nearestAt(located, path));
    const owner = error.keyword === 'required' || error.keyword === 'oneOf' ? keyAt(located, path) : undefined;
    // Point at the file, not at its whole text.
    const place = owner ?? (prefix.length + path.length === 0 && key === undefined ? { source: at.source } : at);
    return problemAt(place, message, { hint });
  });
}

/** `edge.array.rows`, `std[0]`. */
export const nameOf = (path: readonly string[]): string =>
  path.map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');

/** The relevant errors: without those of `if`, and without those of alternatives that the value does not resemble. */
function relevant(errors: readonly ErrorObject[]): ErrorObject[] {
  const kept: ErrorObject[] = [];
  for (const error of errors) {
    const { keyword, parentSchema, data } = error;
    if (keyword === 'if' || error.propertyName !== undefined) continue;
    // The keyword `quantity` gives a better message.
    if (parentSchema?.quantity && keyword !== 'quantity' && (typeof data === 'string' || typeof data === 'number'))
      continue;
    if (keyword === 'anyOf') kept.push(...chooseBranch(takeInner(kept, error), error));
    else if (keyword === 'oneOf') replaceAlternatives(kept, error);
    else kept.push(error);
  }
  return kept;
}

/**
 * Removes and returns the errors of all branches of an `anyOf`, which Ajv lists directly before that of the `anyOf`.
 */
function takeInner(kept: ErrorObject[], { instancePath }: ErrorObject): ErrorObject[] {
  let from = kept.length;
  while (
    from > 0 &&
    (kept[from - 1].instancePath === instancePath || kept[from - 1].instancePath.startsWith(`${instancePath}/`))
  )
    from--;
  return kept.splice(from);
}

function chooseBranch(inner: readonly ErrorObject[], whole: ErrorObject): ErrorObject[] {
  const meant = inner.filter(({ instancePath, keyword, params, data }) => {
    if (instancePath !== whole.instancePath) return true;
    if (keyword === 'type') return typeof data === 'number' && params.type === 'integer';
    return keyword !== 'enum' || typeof data === 'string';
  });
  if (meant.length > 0) return meant;
  const types = inner.flatMap(({ keyword, params }) => (keyword === 'type' ? params.type : []));
  return [{ ...whole, keyword: 'type', params: { type: types } }];
}

/**
 * The schemas use `oneOf` for mutually exclusive keys. Its error replaces the `required` errors of its branches.
 */
function replaceAlternatives(kept: ErrorObject[], whole: ErrorObject): void {
  if (typeof whole.data !== 'object' || Array.isArray(whole.data)) return;
  const keys = alternatives(whole);
  const ofBranch = (error: ErrorObject) =>
    error.keyword === 'required' &&
    error.instancePath === whole.instancePath &&
    keys.includes(error.params.missingProperty);
  kept.splice(0, kept.length, ...kept.filter((error) => !ofBranch(error)), whole);
}

const alternatives = ({ parentSchema }: ErrorObject): string[] =>
  (parentSchema?.oneOf ?? []).flatMap(({ required }: { required?: string[] }) => required ?? []);

/** Joins the errors for the missing keys of a map. */
function joinMissing(errors: readonly ErrorObject[]): ErrorObject[] {
  const joined = new Map<string, ErrorObject>();
  const result: ErrorObject[] = [];
  for (const error of errors) {
    const before = error.keyword === 'required' ? joined.get(error.instancePath) : undefined;
    if (before) {
      if (!before.params.missing.includes(error.params.missingProperty))
        before.params.missing.push(error.params.missingProperty);
    } else if (error.keyword === 'required') {
      const first = { ...error, params: { missing: [error.params.missingProperty] } };
      joined.set(error.instancePath, first);
      result.push(first);
    } else result.push(error);
  }
  return result;
}

interface Sentence {
  message: string;
  hint?: string;
  /** Set if the error concerns a key of the value. */
  key?: string;
}

const quoted = (words: readonly unknown[]) => words.map((word) => `\`${word}\``).join(', ');

function sentenceOf(error: ErrorObject, name: string, parent: Located | undefined): Sentence {
  const { keyword, params, data, parentSchema, message = '' } = error;
  const shown = name === '' ? 'the file' : `\`${name}\``;
  const inside = (key: string) => `\`${name === '' ? key : `${name}.${key}`}\``;
  if (data === null && keyword !== 'required')
    return { message: `${shown} is empty`, hint: 'give it a value, or leave the key out' };
  switch (keyword) {
    case 'additionalProperties': {
      const key: string = params.additionalProperty;
      return {
        message: `unknown key ${inside(key)}`,
        hint: suggestion(key, Object.keys(parentSchema?.properties ?? {})),
        key,
      };
    }
    case 'propertyNames':
      return {
        message: `${inside(params.propertyName)} is not a name that is allowed here`,
        hint: parentSchema?.propertyNames?.expected,
        key: params.propertyName,
      };
    case 'required':
      return { message: `${shown} lacks ${quoted(name === '' ? params.missing.map(preferredKey) : params.missing)}` };
    case 'dependentRequired':
      return {
        message: `${shown} has \`${params.property}\` without \`${params.missingProperty}\``,
        key: params.property,
      };
    case 'oneOf':
      return oneOfKeys(error, shown);
    case 'enum': {
      const allowed = (params.allowedValues as unknown[]).map(String);
      return {
        message: `${shown} cannot be ${written(data)}`,
        hint: suggestionAmong(typeof data === 'string' ? data : '', allowed),
      };
    }
    case 'type':
      return {
        message: `${shown} must be ${[params.type].flat().map(typeName).join(' or ')}, not ${typeName(typeOf(data))}`,
      };
    case 'quantity':
      return { message: `${shown}: ${message}`, hint: params.hint };
    case 'pattern':
      return { message: `${shown} cannot be ${written(data)}`, hint: parentSchema?.expected };
    case 'false schema': {
      const kind = parent?.kind === 'map' ? parent.entries.get('kind')?.value : undefined;
      return {
        message: `${shown} does not belong to a device of kind ${kind?.kind === 'scalar' ? kind.value : 'given'}`,
      };
    }
    default:
      return { message: `${shown} ${limitInWords(error)}` };
  }
}

function oneOfKeys(error: ErrorObject, shown: string): Sentence {
  const keys = alternatives(error);
  const { data } = error;
  const found = keys.filter((key) => typeof data === 'object' && data !== null && key in data);
  const message = `${shown} needs ${found.length === 0 ? 'one' : 'only one'} of ${quoted(keys)}`;
  return found.length === 0 ? { message } : { message, hint: `it has ${found.join(' and ')}` };
}

function limitInWords({ keyword, params, message }: ErrorObject): string {
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  switch (keyword) {
    case 'minimum':
      return `must be at least ${params.limit}`;
    case 'maximum':
      return `must be at most ${params.limit}`;
    case 'exclusiveMinimum':
      return `must be more than ${params.limit}`;
    case 'minItems':
      return `needs at least ${many(params.limit, 'value')}`;
    case 'maxItems':
      return `takes at most ${many(params.limit, 'value')}`;
    case 'uniqueItems':
      return 'names a value twice';
    case 'minLength':
    case 'minProperties':
      return 'is empty';
    default:
      return message ?? keyword;
  }
}

const written = (data: unknown) => (typeof data === 'string' ? `\`${data}\`` : JSON.stringify(data));

const typeOf = (data: unknown) => (Array.isArray(data) ? 'array' : data === null ? 'null' : typeof data);

const TYPE_NAMES: Record<string, string> = {
  object: 'keys and values',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
};

const typeName = (type: string) => TYPE_NAMES[type] ?? type;
