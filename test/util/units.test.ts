import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuantity, QUANTITIES, type Quantity, quantityExample, quantityPattern } from '../../src/util/units.js';

const read = (text: string | number, quantity: Quantity) => {
  const parsed = parseQuantity(text, quantity);
  if ('problem' in parsed) throw new Error(`${parsed.problem} (${parsed.hint})`);
  return parsed.value;
};

test.each<[string | number, Quantity, number]>([
  ['4 MB', 'bytes', 4_000_000],
  ['4.1MB', 'bytes', 4_100_000],
  ['512 KiB', 'bytes', 524_288],
  ['36 KB', 'bytes', 36_000],
  ['36 kB', 'bytes', 36_000],
  ['0.3 MiB', 'bytes', 314_573],
  ['2 GiB', 'bytes', 2_147_483_648],
  ['17 B', 'bytes', 17],
  ['1 GB/s', 'bytesPerSecond', 1e9],
  ['1.5 GiB/s', 'bytesPerSecond', 1_610_612_736],
  ['3 Mbps', 'bitsPerSecond', 3_000_000],
  ['1.1 Mbit/s', 'bitsPerSecond', 1_100_000],
  ['9600 bps', 'bitsPerSecond', 9600],
  ['20 ms', 'seconds', 0.02],
  ['0.1 us', 'seconds', 1e-7],
  ['0.1 \u00b5s', 'seconds', 1e-7],
  ['0.1 \u03bcs', 'seconds', 1e-7],
  ['3e2 ns', 'seconds', 3e-7],
  ['2 min', 'seconds', 120],
  ['202.381 MHz', 'hertz', 202_381_000],
  ['1464.844 MHz', 'hertz', 1_464_844_000],
  ['34 GOPS', 'operationsPerSecond', 34e9],
  ['96 TOPS', 'operationsPerSecond', 96e12],
  ['1.5 TFLOPS', 'operationsPerSecond', 1.5e12],
  ['17 GMAC/s', 'operationsPerSecond', 34e9],
  ['0.5 %', 'ratio', 0.005],
  ['1%', 'ratio', 0.01],
  [0.01, 'ratio', 0.01],
  ['0.01', 'ratio', 0.01],
  ['-3 ms', 'seconds', -0.003],
  ['4.6 pJ', 'joules', 4.6e-12],
  ['50 mJ', 'joules', 0.05],
  ['3 \u00b5J', 'joules', 3e-6],
  ['160 pJ/B', 'joulesPerByte', 160e-12],
  ['100 nJ/bit', 'joulesPerByte', 800e-9],
  ['300 mW', 'watts', 0.3],
  ['0.001 USD', 'dollars', 0.001],
  ['3600 USD/h', 'dollarsPerSecond', 1],
  ['10 USD/GB', 'dollarsPerByte', 1e-8],
  ['0.01 USD/MB', 'dollarsPerByte', 1e-8],
])('%s of %s is %d', (text, quantity, value) => expect(read(text, quantity)).toBe(value));

test.each<[string | number, Quantity, RegExp, RegExp]>([
  [4, 'bytes', /4 has no unit/, /`4 MB`/],
  ['4', 'bytes', /has no unit/, /`4 MB`/],
  ['4 mb', 'bytes', /`mb` is not known/, /did you mean `4 MB`/],
  ['3 Mbps', 'bytes', /counts bits per second, not bytes/, /`4 MB`/],
  ['3 MB/s', 'bitsPerSecond', /counts bytes per second/, /`3 Mbps`/],
  ['20 lightyears', 'seconds', /`lightyears` is not known/, /s, ms, us/],
  ['fast', 'hertz', /not a number with a unit/, /`202 MHz`/],
  ['1,5 MB', 'bytes', /not known/, /units of bytes/],
  ['', 'bytes', /not a number/, /4 MB/],
  ['1e400 MB', 'bytes', /too large/, /4 MB/],
  ['1e300 TB', 'bytes', /too large/, /4 MB/],
  ['5 W', 'joules', /counts watts, not joules/, /`50 mJ`/],
  ['5 pJ', 'joulesPerByte', /counts joules, not joules per byte/, /`6 pJ\/B`/],
  ['5 mw', 'watts', /`mw` is not known/, /did you mean `5 mW`/],
  ['5 USD', 'dollarsPerSecond', /counts US dollars, not US dollars per second/, /`0.526 USD\/h`/],
  ['5 EUR/h', 'dollarsPerSecond', /`EUR\/h` is not known/, /USD\/h/],
])('%s as %s is refused', (text, quantity, problem, hint) => {
  expect(parseQuantity(text, quantity)).toEqual({
    problem: expect.stringMatching(problem),
    hint: expect.stringMatching(hint),
  });
});

test('decimal prefixes lose nothing: the value is the nearest number to the one written', () => {
  const exponents = { kB: 3, MB: 6, GB: 9 };
  fc.assert(
    fc.property(fc.nat(999_999_999), fc.constantFrom('kB', 'MB', 'GB'), (thousandths, unit) => {
      const text = `${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, '0')} ${unit}`;
      expect(BigInt(read(text, 'bytes'))).toBe(BigInt(thousandths) * 10n ** BigInt(exponents[unit] - 3));
    }),
  );
});

test.each(QUANTITIES)('the pattern of %s for editors takes what is read and nothing else', (quantity) => {
  const pattern = new RegExp(quantityPattern(quantity), 'u');
  expect(quantityExample(quantity)).toMatch(pattern);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: filled in later
  expect('${MEMORY}').toMatch(pattern);
  const number = fc.oneof(
    fc.nat().map(String),
    fc.constantFrom('1.5', '.5', '2e3', '1e-2', '-1', 'x', '', '1.', '1,5'),
  );
  const unit = fc.constantFrom(
    '',
    'B',
    'kB',
    'KB',
    'KiB',
    'mb',
    'MB/s',
    'bps',
    'Mbit/s',
    's',
    'ms',
    'MHz',
    'GOPS',
    'TFLOPS',
    'GMAC/s',
    'pJ',
    'nJ/bit',
    'pJ/B',
    'mW',
    'USD',
    'USD/h',
    'USD/GB',
    '%',
    '% ',
  );
  fc.assert(
    fc.property(number, fc.constantFrom('', ' ', '  '), unit, (digits, space, name) => {
      const text = digits + space + name;
      const parsed = parseQuantity(text, quantity);
      expect(pattern.test(text), text).toBe('value' in parsed && parsed.value >= 0);
    }),
    { numRuns: 500 },
  );
});

test('schemas carry the patterns of the units', () => {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('quantity' in value && typeof value.quantity === 'string') {
      found.add(value.quantity);
      expect(value).toMatchObject({ pattern: quantityPattern(value.quantity as Quantity) });
    }
    for (const inner of Object.values(value)) visit(inner);
  };
  for (const name of ['config', 'preset'])
    visit(JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8')));
  expect([...found].sort()).toEqual([...QUANTITIES].sort());
});
