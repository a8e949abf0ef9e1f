import { AutosplitError } from '../util/error.js';

/** Adds a shape such as `input=1x3x224x224` or `input=1,3,224,224` to those given before. */
export function addShape(text: string, before: Record<string, number[]>): Record<string, number[]> {
  const [, name, dims] = /^(.+)=(\d+(?:[x,]\d+)*)$/.exec(text.trim()) ?? [];
  if (name === undefined)
    throw new AutosplitError('USAGE', `--shape ${text}: this is not the shape of an input`, {
      hint: 'for example `--shape input=1x3x224x224`',
    });
  return { ...before, [name]: dims.split(/[x,]/).map(Number) };
}
