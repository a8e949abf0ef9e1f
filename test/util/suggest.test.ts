import { expect, test } from 'vitest';
import { nearest, suggestion, suggestionAmong } from '../../src/util/suggest.js';

test('suggests what is near, whatever its case', () => {
  expect(nearest('netwrok', ['edge', 'network', 'cloud'])).toBe('network');
  expect(nearest('egde', ['edge', 'cloud'])).toBe('edge');
  expect(nearest('NETWORK', ['network'])).toBe('network');
  expect(nearest('banana', ['edge', 'network'])).toBeUndefined();
});

test('says what is allowed where nothing is near', () => {
  expect(suggestion('memry', ['memory', 'clock'])).toBe('did you mean `memory`?');
  expect(suggestion('banana', ['edge', 'cloud'])).toBe('allowed: edge, cloud');
  expect(suggestion('banana', [])).toBe('nothing is allowed here');
});

test('names what is near and then all there is', () => {
  expect(suggestionAmong('memry', ['memory', 'clock'])).toBe('did you mean `memory`? allowed: memory, clock');
  expect(suggestionAmong('banana', ['edge', 'cloud'])).toBe('allowed: edge, cloud');
});
