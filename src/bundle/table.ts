import type { Profile } from '../calibrate/profile.js';
import type { Layer } from '../onnx/graph.js';
import type { QuantizedSplit } from '../quantize/index.js';
import type { QuantizationTable, QuantizedTensor } from '../targets/table.gen.js';

/** Lists every quantizer of a split: weights, activations on the edge, crossing tensors. Sorted by kind and name. */
export function quantizationTable(
  split: QuantizedSplit,
  layers: readonly Layer[],
  profile: Profile,
  equalised: ReadonlySet<string>,
): QuantizationTable {
  const layerOf = new Map(layers.flatMap((layer) => layer.outputs.map((output) => [output, layer.name] as const)));
  const tensors = [
    ...weightRows(split, equalised),
    ...activationRows(split, layers, profile, layerOf),
    ...wireRows(split, profile, layerOf),
  ];
  return { version: 1, tensors };
}

function weightRows(split: QuantizedSplit, equalised: ReadonlySet<string>): QuantizedTensor[] {
  return (split.edge?.weights ?? []).map(({ initializer, name, layer, bits, axis, scales, mse, steps }) => {
    const largest = scales.reduce((a, b) => Math.max(a, b), 0);
    const top = 2 ** (bits - 1) - 1;
    // Least squares also use the lowest code, which rounding to nearest leaves unused.
    const bottom = steps.rounding === 'gptq' && bits < 8 ? top + 1 : top;
    return {
      tensor: initializer,
      kind: 'weight',
      initializer: name,
      layer,
      bits,
      scheme: 'symmetric',
      axis,
      scales: [...scales],
      zeroPoints: [0],
      range: [-bottom * largest, top * largest],
      mse,
      steps: { ...steps, equalized: equalised.has(initializer) },
    };
  });
}

function activationRows(
  split: QuantizedSplit,
  layers: readonly Layer[],
  profile: Profile,
  layerOf: ReadonlyMap<string, string>,
): QuantizedTensor[] {
  const edge = split.decision.edge;
  const touched = new Set([...edge].flatMap((layer) => [...layers[layer].inputs, ...layers[layer].outputs]));
  return [...profile.tensors.values()].flatMap((tensor) => {
    const quantizer = tensor.quantizers.get(8);
    if (!touched.has(tensor.name) || !profile.integer.codes.has(tensor.name) || !quantizer) return [];
    return [
      {
        ...asymmetric(tensor.name, layerOf, 8, [quantizer.scale], [quantizer.zeroPoint]),
        kind: 'activation',
        mse: quantizer.mse,
        ...(quantizer.method && { rangeMethod: quantizer.method }),
      },
    ];
  });
}

function wireRows(split: QuantizedSplit, profile: Profile, layerOf: ReadonlyMap<string, string>): QuantizedTensor[] {
  return split.wire.flatMap(({ name, bits, scale, zeroPoint = [0], axis }) => {
    if (!scale) return [];
    const isExactInput = profile.inputs.get(name)?.native?.bits === bits;
    const mse = isExactInput ? 0 : (profile.tensors.get(name)?.quantizers.get(bits)?.mse ?? 0);
    return [{ ...asymmetric(name, layerOf, bits, scale, zeroPoint), kind: 'wire', axis: axis ?? null, mse }];
  });
}

function asymmetric(
  tensor: string,
  layerOf: ReadonlyMap<string, string>,
  bits: number,
  scales: number[],
  zeroPoints: number[],
) {
  const lows = scales.map((scale, i) => -scale * zeroPoints[i]);
  const highs = scales.map((scale, i) => scale * (2 ** bits - 1 - zeroPoints[i]));
  return {
    tensor,
    initializer: null,
    layer: layerOf.get(tensor) ?? null,
    bits,
    scheme: 'asymmetric' as const,
    axis: null,
    scales,
    zeroPoints,
    range: [Math.min(...lows), Math.max(...highs)],
  };
}

const COLUMNS = [
  'tensor',
  'kind',
  'initializer',
  'layer',
  'bits',
  'scheme',
  'axis',
  'scales',
  'zeroPoints',
  'range',
  'mse',
] as const;

/** The table as CSV (RFC 4180); lists are joined by spaces. */
export function tableCsv(table: QuantizationTable): string {
  const cell = (value: unknown) => {
    const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [COLUMNS.join(','), ...table.tensors.map((row) => COLUMNS.map((column) => cell(row[column])).join(','))]
    .map((line) => `${line}\n`)
    .join('');
}
