import { closest } from 'fastest-levenshtein';
import { shown } from '../onnx/external.js';
import type { Fact } from '../onnx/graph.js';
import { AutosplitError } from '../util/error.js';

/** Sizes the same symbol takes in all inputs. */
type Bindings = Map<string, number>;

/**
 * Fixes every dimension of the inputs: by `given` (input name -> shape), by the same symbol fixed elsewhere, and a
 * first dimension that nothing fixes by 1, the batch of one inference.
 * @throws AutosplitError CONFIG_INVALID where `given` does not fit the model, SHAPE_UNKNOWN where something stays open
 */
export function fixInputShapes(inputs: readonly Fact[], given: Readonly<Record<string, readonly number[]>>): Fact[] {
  const names = inputs.map((input) => input.name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const hint =
      names.length > 0 ? `did you mean ${shown(closest(name.slice(0, 200), names))}?` : 'the model has no inputs';
    throw new AutosplitError('CONFIG_INVALID', `the model has no input ${shown(name)}`, { hint });
  }
  const bindings: Bindings = new Map();
  const stated = inputs.map((input) =>
    Object.hasOwn(given, input.name) ? apply(input, given[input.name], bindings) : input,
  );
  const fixed = stated.map((input) => ({
    ...input,
    shape: input.shape?.map((dim, axis) => resolve(dim, axis, bindings)),
  }));
  const open = fixed.filter((input) => !input.shape || input.shape.some((dim) => typeof dim !== 'number'));
  if (open.length > 0) throw unknownShape(open);
  for (const { name, shape } of fixed) {
    if (shape?.includes(0)) {
      const hint = 'there is nothing to send or compute; export the model with the shapes it is used with';
      throw new AutosplitError('MODEL_UNSUPPORTED', `input ${shown(name)} has the empty shape [${shape.join(', ')}]`, {
        hint,
      });
    }
  }
  return fixed;
}

function apply(input: Fact, shape: readonly number[], bindings: Bindings): Fact {
  const wrong = (reason: string) =>
    new AutosplitError(
      'CONFIG_INVALID',
      `the shape [${shape.join(', ')}] does not fit input ${shown(input.name)}: ${reason}`,
      {
        hint: input.shape && `the model says [${input.shape.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`,
      },
    );
  if (!shape.every((dim) => Number.isSafeInteger(dim) && dim > 0)) throw wrong('dimensions are whole numbers above 0');
  if (input.shape && input.shape.length !== shape.length)
    throw wrong(`the model takes ${input.shape.length} dimensions`);
  input.shape?.forEach((dim, axis) => {
    if (typeof dim === 'number' && dim !== shape[axis]) throw wrong(`dimension ${axis} is fixed to ${dim}`);
    // The first one given counts: some exporters call unrelated dimensions by the same name.
    if (typeof dim === 'string' && dim !== '' && !bindings.has(dim)) bindings.set(dim, shape[axis]);
  });
  return { ...input, shape: [...shape] };
}

function resolve(dim: number | string, axis: number, bindings: Bindings): number | string {
  if (typeof dim === 'number') return dim;
  const bound = bindings.get(dim);
  if (bound !== undefined) return bound;
  if (axis > 0) return dim;
  if (dim !== '') bindings.set(dim, 1);
  return 1;
}

function unknownShape(open: readonly Fact[]): AutosplitError {
  const [{ name, shape }] = open;
  const axis = shape?.findIndex((dim) => typeof dim !== 'number') ?? -1;
  const symbol = shape?.[axis];
  const what = shape
    ? `dimension ${axis}${symbol ? ` (${shown(String(symbol))})` : ''} of input ${shown(name)}`
    : `the shape of input ${shown(name)}`;
  const entries = open.map(
    (input) =>
      `${key(input.name)}: [${input.shape ? input.shape.map((dim) => (typeof dim === 'number' ? dim : '?')).join(', ') : '?'}]`,
  );
  return new AutosplitError('SHAPE_UNKNOWN', `${what} is not fixed in the model`, {
    hint: `fix it in the configuration, a number for each ?: model: { path: …, inputs: { ${entries.join(', ')} } }`,
  });
}

/** A name as a YAML key. */
const key = (name: string) => (/^[A-Za-z_][\w./-]*$/.test(name) && name.length <= 120 ? name : shown(name));
