import type { SplitSpec } from '../runtime/spec.js';
import type { FileContent } from '../util/files.js';
import type { QuantizationTable } from './table.gen.js';

/** The ONNX model of a side. */
export interface SideModel {
  /**
   * `model.onnx` and, where there are weights, `weights.bin` with its external data. Large contents are not in memory:
   * hand them on as they are. On the edge, weights.bin is packed: unpack it as `spec.edge.weights.parts` says before a
   * runtime reads it.
   */
  files: Readonly<Record<string, FileContent>>;
  /**
   * The whole model in one ONNX file, as any tool reads it: on the edge in QDQ form, weights as int8. Less than 2 GB.
   */
  onnx(): Uint8Array;
}

/** What the files of an edge side are made from. */
export interface EdgeSide {
  /**
   * What both sides know: inputs, outputs, crossing tensors with bits, scales, zero-points and encodings, and the
   * digest of the split.
   */
  spec: SplitSpec;
  /** Every quantizer, as in quantization-table.json. */
  table: QuantizationTable;
  /** Absent where the edge computes nothing and only encodes the input. */
  model?: SideModel;
}

/** What the files of a cloud side are made from. */
export interface CloudSide {
  spec: SplitSpec;
  table: QuantizationTable;
  /** Its inputs are the packed codes of the crossing tensors, which it unpacks by itself. */
  model: SideModel;
}
