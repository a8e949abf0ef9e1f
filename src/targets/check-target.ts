import { INTEGER_OPERATORS } from '../ops/index.js';
import { nearest } from '../util/suggest.js';
import { ENCODINGS, WEIGHT_BITS } from './capabilities.js';
import { referenceEdge } from './index.js';

/** A condition on a field. `words` follow "must be". */
interface Rule {
  holds: (value: unknown) => boolean;
  words: string;
  isOptional?: boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const listOf = (allowed: readonly unknown[]) => (value: unknown) =>
  Array.isArray(value) && value.every((item) => allowed.includes(item));
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isCommand = (value: unknown) => isTexts(value) && value.length > 0;

const COMMON: Record<string, Rule> = {
  name: {
    holds: (value) => isText(value) && /^[a-z0-9][a-z0-9-]*$/.test(value),
    words: 'lower case letters, digits and dashes',
  },
  side: { holds: () => true, words: '' },
  description: { holds: (value) => isText(value) && !value.includes('\n'), words: 'one line of text' },
  encodings: { holds: listOf(ENCODINGS), words: `a list of ${ENCODINGS.join(', ')}`, isOptional: true },
  files: { holds: (value) => typeof value === 'function', words: 'a function' },
};

const RULES: Record<'edge' | 'cloud', Record<string, Rule>> = {
  edge: {
    ...COMMON,
    operators: {
      holds: listOf(INTEGER_OPERATORS),
      words: `a list of ${INTEGER_OPERATORS.join(', ')}`,
      isOptional: true,
    },
    floatOperators: {
      holds: (value) => value === 'all' || isTexts(value),
      words: "'all' or a list of operators",
      isOptional: true,
    },
    weightBits: {
      holds: (value) => listOf(WEIGHT_BITS)(value) && (value as unknown[]).length > 0,
      words: `a list of ${WEIGHT_BITS.join(', ')}`,
      isOptional: true,
    },
    weights: {
      holds: isHeld,
      words: "{ held: 'packed', 'int8' or 'float', in: 'ram' or 'flash' }",
      isOptional: true,
    },
    packages: { holds: isTexts, words: 'a list of packages', isOptional: true },
    kernels: {
      holds: (value) => value === 'native' || value === 'wasm',
      words: "'native' or 'wasm'",
      isOptional: true,
    },
    run: { holds: isRun, words: '{ module: FILE } or { command: [PROGRAM, ...] }', isOptional: true },
  },
  cloud: {
    ...COMMON,
    serve: { holds: isCommand, words: '[PROGRAM, ...]', isOptional: true },
  },
};

function isHeld(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { held, in: place } = value as Record<string, unknown>;
  return ['packed', 'int8', 'float'].includes(held as string) && ['ram', 'flash'].includes(place as string);
}

function isRun(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return false;
  return ('module' in value && isText(value.module)) || ('command' in value && isCommand(value.command));
}

/** All problems of the definition of a target, as text. */
export function definitionProblems(side: 'edge' | 'cloud', definition: Readonly<Record<string, unknown>>): string[] {
  const rules = RULES[side];
  const unknown = Object.keys(definition).filter((key) => !(key in rules));
  const broken = Object.entries(rules).filter(([key, { holds, isOptional }]) => {
    const value = definition[key];
    return value === undefined ? !isOptional : !holds(value);
  });
  return [
    ...unknown.map((key) => {
      const near = nearest(key, Object.keys(rules));
      return `unknown field \`${key}\`${near === undefined ? '' : `, did you mean \`${near}\`?`}`;
    }),
    ...broken.map(([key, { words }]) => `\`${key}\` must be ${words}`),
    ...standInProblems(definition),
  ];
}

/** A side that is not run in WebAssembly is run by the reference for it, which must write the same encodings. */
function standInProblems({ kernels, run, encodings }: Readonly<Record<string, unknown>>): string[] {
  if (kernels !== 'wasm' || run !== undefined || !Array.isArray(encodings)) return [];
  const { encodings: written } = referenceEdge(kernels);
  const lacking = ENCODINGS.filter((encoding) => encodings.includes(encoding) && !written.includes(encoding));
  return lacking.length === 0 ? [] : [`\`encodings\` ${lacking.join(', ')} with \`kernels: 'wasm'\` need a \`run\``];
}
