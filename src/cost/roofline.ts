import type { LayerShape } from '../profile/profile.js';
import type { OperandBits, RooflineDevice } from './device.js';

const PRECISIONS = ['int4', 'int8', 'fp16', 'fp32'] as const;
type Precision = (typeof PRECISIONS)[number];

/** Which peak counts: that of the precision that the bits ask for, or of the next wider one that the device has. */
export function peakOperations(device: RooflineDevice, bits: Pick<OperandBits, 'weights' | 'input' | 'float'>): number {
  const from = PRECISIONS.indexOf(wanted(bits));
  for (const precision of PRECISIONS.slice(from)) {
    const peak = device.peak[precision];
    if (peak !== undefined) return peak;
  }
  return device.peak.fp32;
}

function wanted({ weights, input, float }: Pick<OperandBits, 'weights' | 'input' | 'float'>): Precision {
  const widest = Math.max(weights, input);
  // A float layer at 16 bits runs on the half-precision units; below that there are none.
  if (float) return widest <= 16 ? 'fp16' : 'fp32';
  return widest <= 4 ? 'int4' : widest <= 8 ? 'int8' : widest <= 16 ? 'fp16' : 'fp32';
}

/** Operators that run as another does, unless the preset names them itself. */
const RUNS_AS: Record<string, string> = { ConvTranspose: 'Conv', LSTM: 'Gemm', GRU: 'Gemm', RNN: 'Gemm' };

/**
 * Seconds of a layer: the longer of computing and moving its data (each operand once), plus the overhead of a layer. Layers without
 * multiply-accumulates are bound by bandwidth. Williams et al., "Roofline", CACM 2009.
 */
export function rooflineSeconds(device: RooflineDevice, shape: LayerShape, bits: OperandBits): number {
  const traffic = shape.inputElements * bits.input + shape.parameters * bits.weights + shape.outputElements * bits.output;
  const efficiency = device.efficiency[shape.op] ?? device.efficiency[RUNS_AS[shape.op] ?? 'default'] ?? device.efficiency.default;
  const compute = (2 * shape.macs) / (peakOperations(device, bits) * efficiency);
  return Math.max(compute, traffic / 8 / device.bandwidth) + device.overhead;
}
