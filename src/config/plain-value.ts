import type { AutosplitError } from '../util/error.js';
import type { Located, Source } from './located.js';
import { problemAt } from './problem.js';

/**
 * Converts values of a module or a caller to located ones. Values other than plain data become `problems`; undefined
 * properties are omitted.
 */
export function fromPlain(value: unknown, source: Source, problems: AutosplitError[]): Located {
  const open = new Set<object>();
  const convert = (inner: unknown, path: string): Located => {
    if (inner === null || typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean')
      return { source, kind: 'scalar', value: inner };
    const refuse = (what: string): Located => {
      problems.push(
        problemAt({ source }, `${path === '' ? 'the config' : `\`${path}\``} ${what}`, {
          hint: 'use text, numbers, booleans, lists and plain objects',
        }),
      );
      return { source, kind: 'scalar', value: null };
    };
    if (typeof inner !== 'object') return refuse(`is ${inner === undefined ? 'undefined' : `a ${typeof inner}`}`);
    if (open.has(inner)) return refuse('contains itself');
    open.add(inner);
    try {
      if (Array.isArray(inner))
        return { source, kind: 'list', items: inner.map((item, index) => convert(item, `${path}[${index}]`)) };
      const prototype = Object.getPrototypeOf(inner);
      // Accept plain objects of other realms too: their prototype is a root.
      if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
        return refuse(`is a ${inner.constructor?.name ?? 'class instance'}`);
      const defined = Object.entries(inner).filter(([, property]) => property !== undefined);
      const entries = defined.map(
        ([key, property]) =>
          [key, { key: { source }, value: convert(property, path === '' ? key : `${path}.${key}`) }] as const,
      );
      return { source, kind: 'map', entries: new Map(entries) };
    } finally {
      open.delete(inner);
    }
  };
  return convert(value, '');
}
