/**
 * Parses quantities such as `4 MB` or `20 ms` into SI numbers. Prefixes `p n u m k M G T P` are powers of 1000 (`K`
 * means `k`), `Ki Mi Gi Ti` of 1024. Units are case-sensitive: `Mbps` is bits, `MB/s` is bytes.
 */

/**
 * The value of a unit is `factor * 10 ** exponent`. The exponent is appended to the digits, so that decimal numbers
 * stay exact.
 */
interface Unit {
  exponent: number;
  factor: number;
}

interface QuantityKind {
  /** Unit of the parsed number. */
  title: string;
  example: string;
  units: ReadonlyMap<string, Unit>;
  /** Also accepts a number without a unit. */
  bare?: true;
  whole?: true;
}

const DECIMAL = {
  p: -12,
  n: -9,
  u: -6,
  '\u00b5': -6,
  '\u03bc': -6,
  m: -3,
  '': 0,
  k: 3,
  K: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
};
const BINARY = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 };

type Prefix = keyof typeof DECIMAL;

function scaled(base: string, prefixes: readonly Prefix[], factor = 1): [string, Unit][] {
  return prefixes.map((prefix) => [prefix + base, { exponent: DECIMAL[prefix], factor }]);
}

const binary = (base: string): [string, Unit][] =>
  Object.entries(BINARY).map(([prefix, factor]) => [prefix + base, { exponent: 0, factor }]);

const SIZES: readonly Prefix[] = ['', 'k', 'K', 'M', 'G', 'T'];
const RATES: readonly Prefix[] = ['', 'k', 'M', 'G', 'T', 'P'];
const SMALL: readonly Prefix[] = ['', 'm', 'u', '\u00b5', '\u03bc', 'n', 'p'];
const POWERS: readonly Prefix[] = ['', 'm', 'u', '\u00b5', '\u03bc'];

/** Every kind of quantity that a config or a preset can state. */
const KINDS = {
  bytes: { title: 'bytes', example: '4 MB', whole: true, units: new Map([...scaled('B', SIZES), ...binary('B')]) },
  bytesPerSecond: {
    title: 'bytes per second',
    example: '1 GB/s',
    units: new Map([...scaled('B/s', SIZES), ...binary('B/s')]),
  },
  bitsPerSecond: {
    title: 'bits per second',
    example: '3 Mbps',
    units: new Map([...scaled('bps', SIZES), ...scaled('bit/s', SIZES)]),
  },
  seconds: {
    title: 'seconds',
    example: '20 ms',
    units: new Map([...scaled('s', ['', 'm', 'u', '\u00b5', '\u03bc', 'n']), ['min', { exponent: 0, factor: 60 }]]),
  },
  hertz: { title: 'hertz', example: '202 MHz', units: new Map(scaled('Hz', ['', 'k', 'M', 'G'])) },
  operationsPerSecond: {
    title: 'operations per second',
    example: '34 GOPS',
    // A multiply-accumulate is two operations.
    units: new Map([...scaled('OPS', RATES), ...scaled('FLOPS', RATES), ...scaled('MAC/s', RATES, 2)]),
  },
  ratio: { title: 'a share of one', example: '1 %', bare: true, units: new Map([['%', { exponent: -2, factor: 1 }]]) },
  joules: { title: 'joules', example: '50 mJ', units: new Map(scaled('J', SMALL)) },
  joulesPerByte: {
    title: 'joules per byte',
    example: '6 pJ/B',
    units: new Map([...scaled('J/B', SMALL), ...scaled('J/bit', SMALL, 8)]),
  },
  watts: { title: 'watts', example: '1.2 W', units: new Map(scaled('W', POWERS)) },
  dollars: { title: 'US dollars', example: '0.001 USD', units: new Map([['USD', { exponent: 0, factor: 1 }]]) },
  dollarsPerSecond: {
    title: 'US dollars per second',
    example: '0.526 USD/h',
    units: new Map([['USD/h', { exponent: 0, factor: 1 / 3600 }]]),
  },
  dollarsPerByte: {
    title: 'US dollars per byte',
    example: '10 USD/GB',
    units: new Map([
      ['USD/GB', { exponent: -9, factor: 1 }],
      ['USD/MB', { exponent: -6, factor: 1 }],
    ]),
  },
} satisfies Record<string, QuantityKind>;

export type Quantity = keyof typeof KINDS;

export const QUANTITIES = Object.keys(KINDS) as Quantity[];

export type ParsedQuantity = { value: number } | { problem: string; hint: string };

const kindOf = (quantity: Quantity): QuantityKind => KINDS[quantity];

const NUMBER = /^([+-]?)(\d+(?:\.\d+)?|\.\d+)(?:[eE]([+-]?\d+))?\s*(.*)$/su;

/**
 * Parses a quantity into SI: bytes (rounded to integers), bytes or bits per second, seconds, hertz, operations per
 * second, a fraction, joules, joules per byte, watts, US dollars, also per second and per byte. Only `ratio` may lack a
 * unit. The caller checks the range, such as negative values.
 */
export function parseQuantity(written: string | number, quantity: Quantity): ParsedQuantity {
  const { example, bare, whole } = kindOf(quantity);
  if (typeof written === 'number') {
    if (bare) return { value: written };
    return { problem: `${written} has no unit`, hint: `write a unit, for example \`${exampleFor(written, example)}\`` };
  }
  const [, sign, digits, exponent, unitName] = NUMBER.exec(written.trim()) ?? [];
  if (digits === undefined)
    return { problem: `\`${written}\` is not a number with a unit`, hint: `for example \`${example}\`` };
  const unit = unitName === '' && bare ? { exponent: 0, factor: 1 } : kindOf(quantity).units.get(unitName);
  if (!unit) return wrongUnit(written.trim(), `${sign}${digits}`, unitName, quantity);
  const value = Number(`${sign}${digits}e${Number(exponent ?? 0) + unit.exponent}`) * unit.factor;
  if (!Number.isFinite(value) || (whole && Math.abs(value) > Number.MAX_SAFE_INTEGER)) {
    return { problem: `\`${written}\` is too large`, hint: `for example \`${example}\`` };
  }
  return { value: whole ? Math.round(value) : value };
}

const exampleFor = (value: number, example: string) => `${value} ${example.split(' ')[1]}`;

function wrongUnit(written: string, number: string, unit: string, quantity: Quantity): ParsedQuantity {
  const { title, example, units } = kindOf(quantity);
  const allowed = `units of ${title}: ${[...units.keys()].filter((name) => !name.startsWith('K') || name.startsWith('Ki')).join(', ')}`;
  if (unit === '')
    return {
      problem: `\`${written}\` has no unit`,
      hint: `for example \`${exampleFor(Number(number), example)}\`; ${allowed}`,
    };
  const meant = [...units.keys()].find((name) => name.toLowerCase() === unit.toLowerCase());
  if (meant)
    return {
      problem: `the unit \`${unit}\` is not known`,
      hint: `did you mean \`${number} ${meant}\`? Case matters; ${allowed}`,
    };
  const other = QUANTITIES.find((candidate) => kindOf(candidate).units.has(unit));
  if (other)
    return {
      problem: `\`${written}\` counts ${kindOf(other).title}, not ${title}`,
      hint: `for example \`${example}\`; ${allowed}`,
    };
  return { problem: `the unit \`${unit}\` is not known`, hint: `for example \`${example}\`; ${allowed}` };
}

/**
 * Regular expression of what {@link parseQuantity} accepts, for editors. It accepts text with `${ENV}`, which is filled
 * in later.
 * @internal schemas/ hold it, which a test compares
 */
export function quantityPattern(quantity: Quantity): string {
  const { bare, units } = kindOf(quantity);
  const names = [...units.keys()].map((name) => name.replaceAll('/', '\\/')).join('|');
  return `^\\s*[0-9]*\\.?[0-9]+([eE][+-]?[0-9]+)?\\s*(${names})${bare ? '?' : ''}\\s*$|\\$\\{`;
}

/** An example of the quantity as text. */
export const quantityExample = (quantity: Quantity): string => kindOf(quantity).example;
