/** How docs/config.md is divided. */

/** Tables of docs/config.md: what they are called, the definition they show, and which of its keys where not all. */
export const SECTIONS = [
  { title: 'model', of: 'Model' },
  { title: 'calibration', of: 'Calibration' },
  {
    title: 'validation',
    of: 'Validation',
    note: 'Besides `images`, `inputs`, `audio` and `preprocess`, as in `calibration`; without `preprocess`, that of `calibration` serves.',
    without: ['images', 'inputs', 'audio', 'preprocess'],
  },
  { title: 'metric', of: 'Metric' },
  { title: 'preprocess', of: 'Preprocess' },
  { title: 'edge', of: 'Edge', keys: ['preset', 'target', 'bits', 'power', 'latency'] },
  { title: 'cloud', of: 'Cloud', keys: ['preset', 'target', 'precision', 'price', 'latency'] },
  {
    title: 'Devices',
    of: 'Edge',
    note: 'In `edge` and `cloud`: what differs from the preset or, without one, the whole device.',
    without: ['preset', 'target', 'bits', 'power', 'latency'],
  },
  { title: 'link', of: 'Link', note: '`network` is another name of this key. A config has one of the two.' },
  { title: 'input', of: 'Input' },
  {
    title: 'objective',
    of: 'Objective',
    note: '`latency`, `energy`, `cost` or `throughput`; or weights, all of which are 0 where not given. What edge, link and cloud take must be stated where it counts.',
  },
  { title: 'constraints', of: 'Constraints' },
  { title: 'quantization', of: 'Quantization' },
];

/** Definitions whose keys are shown in the table that mentions them. */
export const INLINE = [
  'Bits',
  'Array',
  'Sram',
  'Peak',
  'Efficiency',
  'SplitAfter',
  'DeviceEnergy',
  'MacEnergy',
  'Power',
  'RadioEnergy',
  'Distribution',
  'RateSpread',
  'TimeSpread',
];

export const QUANTITY_NAMES = {
  Size: 'size',
  HeaderSize: 'size',
  ByteRate: 'bytes per second',
  BitRate: 'bits per second',
  Duration: 'time',
  Frequency: 'clock',
  Throughput: 'operations per second',
  Share: 'share',
  Loss: 'share',
  PositiveDuration: 'time',
  Energy: 'energy',
  EnergyPerByte: 'energy per byte',
  Wattage: 'power',
  Money: 'money',
  HourlyPrice: 'price per hour',
  DataPrice: 'price of data',
};

/** Names of a quantity whose units another one shows. */
export const SAME_UNITS = ['HeaderSize', 'Loss', 'PositiveDuration'];
