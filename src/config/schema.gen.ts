// Generated from schemas/config.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * autosplit.config.{yaml,yml,json,js,mjs,ts}. Quantities carry units: 4 MB, 512 KiB, 3 Mbps, 20 ms, 202 MHz, 1 GB/s, 1 %. Text may hold ${ENV} and ${ENV:-default}.
 */
export interface UserConfig {
  /**
   * For editors.
   */
  $schema?: string;
  /**
   * Configs to extend: paths relative to this file, or packages. Maps are merged deeply, lists replaced; later configs take precedence.
   */
  extends?: string | string[];
  /**
   * The trained model, relative to this file.
   */
  model?: string | Model;
  calibration?: Calibration;
  validation?: Validation;
  edge?: Edge;
  link?: Link;
  network?: Network;
  cloud?: Cloud;
  input?: Input;
  /**
   * The side that needs the outputs. Outputs of the other side are sent to it, at a cost.
   */
  deliver?: 'edge' | 'cloud';
  /**
   * The quantity to minimise per inference: latency, energy of the edge, price, predicted error, or (`throughput`) the time between two inferences; or a weighted sum of the first three.
   */
  objective?: ('latency' | 'energy' | 'cost' | 'error' | 'throughput') | Objective;
  constraints?: Constraints;
  /**
   * Of plans within this share of the best objective, the most accurate one is built, then the smallest.
   */
  tolerance?: number | string;
  /**
   * The predicted error of a quantized layer or tensor, which the planner sums. `output`: the loss at the model's outputs if this layer or tensor alone is quantized, measured on a few samples (divergence of class scores; for other outputs, the error of each channel over its variance). Models for which this takes minutes use `relative`. `relative`: mean squared error of the tensor over its mean square. `mse`: its mean squared error, as in Auto-Split.
   */
  errorModel?: 'output' | 'relative' | 'mse';
  /**
   * How much work to spend on a plan. `fast` skips steps that take minutes: sensitivity at the outputs (`errorModel: output` becomes `relative`), least-squares rounding (`rounding: gptq` becomes `nearest`) and calibration samples beyond 32; the plan lists what was skipped. `best` allows ten times the sensitivity work of `normal` and any number of measured plans. `--effort` takes precedence.
   */
  effort?: 'fast' | 'normal' | 'best';
  quantization?: Quantization;
  /**
   * `auto` searches for the cut. Other values fix it: by side, or by the crossing tensors. With `cloud-only`, the edge may still slice, reshape or quantize the input before it sends it.
   */
  split?: ('auto' | 'edge-only' | 'cloud-only') | SplitAfter;
  /**
   * Folder of the bundles, relative to this file.
   */
  output?: string;
  /**
   * Variants of the config, by name. Each is merged over the rest and written to output/NAME.
   */
  builds?: {
    [k: string]: Variant;
  };
}
export interface Model {
  /**
   * The ONNX file, relative to this file.
   */
  path?: string;
  /**
   * Shapes by input, which fix dynamic dimensions.
   */
  inputs?: {
    [k: string]: number[];
  };
}
/**
 * Representative samples, without labels.
 */
export interface Calibration {
  /**
   * Pictures: a glob or a file, relative to this file.
   */
  images?: string;
  /**
   * Tensors as .npy or .npz: a glob or a file, relative to this file.
   */
  inputs?: string;
  /**
   * Wave files: a glob or a file, relative to this file.
   */
  audio?: string;
  preprocess?: Preprocess;
  /**
   * Most samples to use, or `all`.
   */
  samples?: number | 'all';
}
/**
 * How a picture becomes a tensor.
 */
export interface Preprocess {
  /**
   * `[width, height]`, or the length of the short side. Default: no resizing.
   */
  resize?: number | [number, number];
  /**
   * How to reach `[width, height]`: `fill` stretches, `cover` crops, `contain` adds bars.
   */
  fit?: 'fill' | 'cover' | 'contain';
  /**
   * Centre crop after resizing: `[width, height]`, or the side of a square.
   */
  crop?: number | [number, number];
  channels?: 'rgb' | 'bgr' | 'grey';
  /**
   * Mean on the scale 0..255, one for all channels or one per channel in the order of `channels`: value = (pixel - mean) / std.
   */
  mean?: number | [number] | [number, number] | [number, number, number];
  /**
   * Standard deviation on the scale 0..255, one for all channels or one per channel.
   */
  std?: number | [number] | [number, number] | [number, number, number];
  layout?: 'nchw' | 'nhwc';
}
/**
 * Samples on which accuracy is measured, usually labelled.
 */
export interface Validation {
  /**
   * Pictures: a glob or a file, relative to this file.
   */
  images?: string;
  /**
   * Tensors as .npy or .npz: a glob or a file, relative to this file.
   */
  inputs?: string;
  /**
   * Wave files: a glob or a file, relative to this file.
   */
  audio?: string;
  preprocess?: Preprocess1;
  /**
   * Most samples to use, or `all`.
   */
  samples?: number | 'all';
  /**
   * CSV with the columns file,label, relative to this file; for map and map50 a COCO JSON or a folder of YOLO .txt files.
   */
  labels?: string;
  /**
   * Name of a metric (listed in docs/accuracy.md), an object with its name and options, or a module, relative to this file, with the default export (outputs, label) => score in 0..1. `detections`, `fidelity` and `agreement` compare with the float model and need no labels.
   */
  metric?: string | Metric;
}
/**
 * How a picture becomes a tensor.
 */
export interface Preprocess1 {
  /**
   * `[width, height]`, or the length of the short side. Default: no resizing.
   */
  resize?: number | [number, number];
  /**
   * How to reach `[width, height]`: `fill` stretches, `cover` crops, `contain` adds bars.
   */
  fit?: 'fill' | 'cover' | 'contain';
  /**
   * Centre crop after resizing: `[width, height]`, or the side of a square.
   */
  crop?: number | [number, number];
  channels?: 'rgb' | 'bgr' | 'grey';
  /**
   * Mean on the scale 0..255, one for all channels or one per channel in the order of `channels`: value = (pixel - mean) / std.
   */
  mean?: number | [number] | [number, number] | [number, number, number];
  /**
   * Standard deviation on the scale 0..255, one for all channels or one per channel.
   */
  std?: number | [number] | [number, number] | [number, number, number];
  layout?: 'nchw' | 'nhwc';
}
/**
 * A metric with options.
 */
export interface Metric {
  name:
    | 'top1'
    | 'top5'
    | 'miou'
    | 'pixel-accuracy'
    | 'map'
    | 'map50'
    | 'ctc'
    | 'edit'
    | 'wer'
    | 'cer'
    | 'psnr'
    | 'ssim'
    | 'mae'
    | 'auc'
    | 'detections'
    | 'fidelity'
    | 'agreement';
  /**
   * The output to score. Default: the first.
   */
  output?: string;
  /**
   * Symbols by class, without the blank: text, or a list if symbols have several characters. For ctc, edit, wer, cer.
   */
  alphabet?: string | [string, ...string[]];
  /**
   * Class of the blank. For ctc, edit, wer, cer.
   */
  blank?: number;
  /**
   * Format of the detector's outputs. Default: inferred from shapes and values. For map, map50, detections.
   */
  head?: 'yolov5' | 'yolov8' | 'ssd' | 'decoded';
  /**
   * Coordinates of a box: left, top, right, bottom; or centre, width, height. For map, map50, detections.
   */
  boxes?: 'corners' | 'centre';
  /**
   * Whether coordinates are fractions of the picture. For map, map50, detections.
   */
  normalized?: boolean;
  /**
   * Whether the first class is the background, as in SSD. For map, map50, detections.
   */
  background?: boolean;
  /**
   * Least score of a box. Default: 0.001 for map and map50, 0.25 for detections.
   */
  confidence?: number;
  /**
   * Intersection over union above which non-maximum suppression drops the weaker of two boxes.
   */
  suppression?: number;
  /**
   * Largest value of a pixel. Default: 255 for integers, 1 for floats. For psnr, ssim.
   */
  range?: number;
  /**
   * Error at which the score is 0. Default: the standard deviation of the labels. For mae.
   */
  scale?: number;
  /**
   * Element of the output that ranks the samples. Default: the last. For auc.
   */
  class?: number;
}
/**
 * The edge device: a preset with overrides, or a device without a preset.
 */
export interface Edge {
  /**
   * Name of a preset (see `autosplit presets edge`), or path of a preset file, relative to this file.
   */
  preset?: string;
  /**
   * What the edge bundle runs on: a target of autosplit, an installed package that defines one (`NAME` or `autosplit-target-NAME`), or a path that starts with `./`, relative to this file. By default the first that the preset lists, `simulated` where it lists none.
   */
  target?: string;
  /**
   * Name of a device or link without a preset.
   */
  name?: string;
  title?: string;
  description?: string;
  /**
   * `systolic`: an array of multiply-accumulate cells, with SCALE-Sim's cycle model. `roofline`: a device with peak rates.
   */
  kind?: 'systolic' | 'roofline';
  /**
   * Memory available to the model: off-chip memory, or RAM.
   */
  memory?: string | SourcedSize;
  /**
   * On-chip buffers, or the last-level cache.
   */
  onChipMemory?: string | SourcedSize;
  /**
   * Between off-chip and on-chip memory.
   */
  bandwidth?: string | SourcedByteRate;
  array?: Array;
  /**
   * Output, weight or input stationary (systolic).
   */
  dataflow?: 'os' | 'ws' | 'is';
  /**
   * Clock of the array (systolic).
   */
  clock?: string | SourcedFrequency;
  sram?: Sram;
  /**
   * Cycle model (systolic).
   */
  model?: 'scale-sim-v2' | 'scale-sim-v1';
  peak?: Peak;
  efficiency?: Efficiency;
  /**
   * Time added to each layer (roofline).
   */
  overhead?: string | SourcedDuration;
  energy?: DeviceEnergy;
  power?: Power;
  /**
   * Layer latencies that replace the cost model: a CSV file, relative to this file, with the columns layer,weight_bits,activation_bits,seconds (or milliseconds).
   */
  latency?: string;
  /**
   * Fixed time per inference, in addition to its layers (measured).
   */
  perInference?: string | SourcedDuration;
  bits?: Bits;
  /**
   * Threads per operator for which the numbers hold. Generated sides use as many.
   */
  threads?: number | SourcedCount;
  /**
   * Encoding time of one core over that of the reference machine in docs/payload.md. Default: 4.
   */
  coding?: number | SourcedFactor;
}
export interface SourcedSize {
  /**
   * A number of bytes; `MB` is 10^6, `MiB` 2^20.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
export interface SourcedByteRate {
  /**
   * Bytes per second.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * Cells of the systolic array.
 */
export interface Array {
  rows?: number | SourcedCount;
  columns?: number | SourcedCount;
}
export interface SourcedCount {
  /**
   * A whole number from 1.
   */
  value: number;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
export interface SourcedFrequency {
  /**
   * A clock.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * Buffers of the array (systolic).
 */
export interface Sram {
  ifmap?: string | SourcedSize;
  filter?: string | SourcedSize;
  ofmap?: string | SourcedSize;
}
/**
 * Peak operations per second by precision (roofline).
 */
export interface Peak {
  fp32?: string | SourcedThroughput;
  fp16?: string | SourcedThroughput;
  int8?: string | SourcedThroughput;
  int4?: string | SourcedThroughput;
}
export interface SourcedThroughput {
  /**
   * Operations per second; one multiply-accumulate is two.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * Achieved share of the peak by operator (Conv, DepthwiseConv, Gemm, MatMul, ...); `default` applies to all others (roofline).
 */
export interface Efficiency {
  default?: (number | string) | SourcedShare;
  [k: string]: number | string | SourcedShare | undefined;
}
export interface SourcedShare {
  /**
   * A share of one, above 0.
   */
  value: number | string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
export interface SourcedDuration {
  /**
   * A time of at least 0.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * Dynamic energy, in addition to the idle power of the device.
 */
export interface DeviceEnergy {
  mac?: MacEnergy;
  /**
   * Per byte between compute and on-chip memory.
   */
  onChip?: string | SourcedEnergyPerByte;
  /**
   * Per byte of off-chip traffic.
   */
  offChip?: string | SourcedEnergyPerByte;
}
/**
 * Per multiply-accumulate, by precision. A missing precision takes the value of the next wider one.
 */
export interface MacEnergy {
  fp32?: string | SourcedEnergy;
  fp16?: string | SourcedEnergy;
  int8?: string | SourcedEnergy;
  int4?: string | SourcedEnergy;
}
export interface SourcedEnergy {
  /**
   * An energy above 0.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
export interface SourcedEnergyPerByte {
  /**
   * Energy to move data, per byte or per bit.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * Power of the whole device.
 */
export interface Power {
  /**
   * While computing.
   */
  active?: string | SourcedWattage;
  /**
   * While waiting for the link and the cloud.
   */
  idle?: string | SourcedWattage;
}
export interface SourcedWattage {
  /**
   * A power above 0.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * Bit-widths to choose from, a subset of those of the preset and the target.
 */
export interface Bits {
  /**
   * Bit-widths of weights.
   *
   * @minItems 1
   */
  weights?: [number, ...number[]];
  /**
   * Bit-widths of activations on the edge.
   *
   * @minItems 1
   */
  activations?: [number, ...number[]];
  /**
   * Bit-widths of crossing tensors.
   *
   * @minItems 1
   */
  wire?: [number, ...number[]];
}
export interface SourcedFactor {
  /**
   * A number above 0.
   */
  value: number;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * The link between edge and cloud: a preset with overrides, or a link without a preset.
 */
export interface Link {
  /**
   * Name of a preset (see `autosplit presets network`), or path of a preset file, relative to this file.
   */
  preset?: string;
  /**
   * Name of a device or link without a preset.
   */
  name?: string;
  title?: string;
  description?: string;
  /**
   * Median rate from the edge to the cloud.
   */
  uplink?: string | SourcedBitRate;
  /**
   * Median rate from the cloud to the edge. Default: the uplink.
   */
  downlink?: string | SourcedBitRate;
  /**
   * Median round trip of an empty message. Default: 0.
   */
  rtt?: string | SourcedDuration;
  /**
   * Header bytes of each message, of HTTP and the layers below. Default: 0.
   */
  messageOverhead?: string | SourcedHeaderSize;
  /**
   * Largest packet, including its headers.
   */
  mtu?: string | SourcedSize;
  /**
   * Headers of one packet.
   */
  packetOverhead?: string | SourcedHeaderSize;
  distribution?: Distribution;
  /**
   * Share of packets that are lost after the link's own repair. They are resent.
   */
  loss?: (number | string) | SourcedLoss;
  /**
   * Share of time in which a side may send, as regulations of unlicensed bands require.
   */
  dutyCycle?: (number | string) | SourcedShare;
  /**
   * Time between two connection events (Bluetooth Low Energy). Each message waits half of it, in addition to `rtt`.
   */
  connectionInterval?: string | SourcedPositiveDuration;
  /**
   * Most packets of `mtu` bytes per connection interval. Limits both rates.
   */
  packetsPerInterval?: number | SourcedCount;
  energy?: RadioEnergy;
  /**
   * Price of data in either direction.
   */
  price?: string | SourcedDataPrice;
  /**
   * Percentile of the link to plan for, if it states a distribution. 95 is a slow day: 5 % of measured rates are lower, and 5 % of round trips longer. 50 is the median.
   */
  percentile?: number;
  /**
   * A recorded uplink, for which the latency of the plan is reported: a CSV file, relative to this file, with the columns seconds,Mbps. Each rate holds until the next line, the last as long as the one before it. Then the trace repeats.
   */
  trace?: string;
}
export interface SourcedBitRate {
  /**
   * Bits per second; `Mbps` is 10^6.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
export interface SourcedHeaderSize {
  /**
   * A number of bytes, at least 0.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * 5th and 95th percentile of rates and round trips. `uplink`, `downlink` and `rtt` are the medians.
 */
export interface Distribution {
  uplink?: RateSpread;
  downlink?: RateSpread1;
  rtt?: TimeSpread;
}
/**
 * Of the uplink.
 */
export interface RateSpread {
  /**
   * 5th percentile: 5 % of measurements are lower (the slow day).
   */
  p5?: string | SourcedBitRate;
  /**
   * 95th percentile: 5 % of measurements are higher.
   */
  p95?: string | SourcedBitRate;
}
/**
 * Of the downlink. Default: that of the uplink if `downlink` is missing too.
 */
export interface RateSpread1 {
  /**
   * 5th percentile: 5 % of measurements are lower (the slow day).
   */
  p5?: string | SourcedBitRate;
  /**
   * 95th percentile: 5 % of measurements are higher.
   */
  p95?: string | SourcedBitRate;
}
/**
 * Of the round trip.
 */
export interface TimeSpread {
  /**
   * 5th percentile: 5 % of measurements are lower.
   */
  p5?: string | SourcedPositiveDuration;
  /**
   * 95th percentile: 5 % of measurements are higher (the slow day).
   */
  p95?: string | SourcedPositiveDuration;
}
export interface SourcedPositiveDuration {
  /**
   * A time above 0.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
export interface SourcedLoss {
  /**
   * A share of one, from 0 to below 1.
   */
  value: number | string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * Energy of the edge's radio, in addition to the idle power of the device.
 */
export interface RadioEnergy {
  /**
   * Per byte sent, including headers and resent packets.
   */
  transmit?: string | SourcedEnergyPerByte;
  /**
   * Per byte received.
   */
  receive?: string | SourcedEnergyPerByte;
}
export interface SourcedDataPrice {
  /**
   * US dollars per volume of data, at least 0; `GB` is 10^9 bytes.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * Another name of `link`.
 */
export interface Network {
  /**
   * Name of a preset (see `autosplit presets network`), or path of a preset file, relative to this file.
   */
  preset?: string;
  /**
   * Name of a device or link without a preset.
   */
  name?: string;
  title?: string;
  description?: string;
  /**
   * Median rate from the edge to the cloud.
   */
  uplink?: string | SourcedBitRate;
  /**
   * Median rate from the cloud to the edge. Default: the uplink.
   */
  downlink?: string | SourcedBitRate;
  /**
   * Median round trip of an empty message. Default: 0.
   */
  rtt?: string | SourcedDuration;
  /**
   * Header bytes of each message, of HTTP and the layers below. Default: 0.
   */
  messageOverhead?: string | SourcedHeaderSize;
  /**
   * Largest packet, including its headers.
   */
  mtu?: string | SourcedSize;
  /**
   * Headers of one packet.
   */
  packetOverhead?: string | SourcedHeaderSize;
  distribution?: Distribution;
  /**
   * Share of packets that are lost after the link's own repair. They are resent.
   */
  loss?: (number | string) | SourcedLoss;
  /**
   * Share of time in which a side may send, as regulations of unlicensed bands require.
   */
  dutyCycle?: (number | string) | SourcedShare;
  /**
   * Time between two connection events (Bluetooth Low Energy). Each message waits half of it, in addition to `rtt`.
   */
  connectionInterval?: string | SourcedPositiveDuration;
  /**
   * Most packets of `mtu` bytes per connection interval. Limits both rates.
   */
  packetsPerInterval?: number | SourcedCount;
  energy?: RadioEnergy;
  /**
   * Price of data in either direction.
   */
  price?: string | SourcedDataPrice;
  /**
   * Percentile of the link to plan for, if it states a distribution. 95 is a slow day: 5 % of measured rates are lower, and 5 % of round trips longer. 50 is the median.
   */
  percentile?: number;
  /**
   * A recorded uplink, for which the latency of the plan is reported: a CSV file, relative to this file, with the columns seconds,Mbps. Each rate holds until the next line, the last as long as the one before it. Then the trace repeats.
   */
  trace?: string;
}
/**
 * The cloud device: a preset with overrides, or a device without a preset.
 */
export interface Cloud {
  /**
   * Name of a preset (see `autosplit presets cloud`), or path of a preset file, relative to this file.
   */
  preset?: string;
  /**
   * What the cloud bundle runs on: a target of autosplit, an installed package that defines one (`NAME` or `autosplit-target-NAME`), or a path that starts with `./`, relative to this file.
   */
  target?: string;
  /**
   * Name of a device or link without a preset.
   */
  name?: string;
  title?: string;
  description?: string;
  /**
   * `systolic`: an array of multiply-accumulate cells, with SCALE-Sim's cycle model. `roofline`: a device with peak rates.
   */
  kind?: 'systolic' | 'roofline';
  /**
   * Memory available to the model: off-chip memory, or RAM.
   */
  memory?: string | SourcedSize;
  /**
   * On-chip buffers, or the last-level cache.
   */
  onChipMemory?: string | SourcedSize;
  /**
   * Between off-chip and on-chip memory.
   */
  bandwidth?: string | SourcedByteRate;
  array?: Array1;
  /**
   * Output, weight or input stationary (systolic).
   */
  dataflow?: 'os' | 'ws' | 'is';
  /**
   * Clock of the array (systolic).
   */
  clock?: string | SourcedFrequency;
  sram?: Sram1;
  /**
   * Cycle model (systolic).
   */
  model?: 'scale-sim-v2' | 'scale-sim-v1';
  peak?: Peak1;
  efficiency?: Efficiency1;
  /**
   * Time added to each layer (roofline).
   */
  overhead?: string | SourcedDuration;
  energy?: DeviceEnergy1;
  /**
   * On-demand price of the smallest unit for rent with one such device.
   */
  price?: string | SourcedHourlyPrice;
  /**
   * Layer latencies that replace the cost model: a CSV file, relative to this file, with the columns layer,seconds (or milliseconds).
   */
  latency?: string;
  /**
   * Fixed time per inference, in addition to its layers (measured).
   */
  perInference?: string | SourcedDuration;
  /**
   * Precision of the cloud side.
   */
  precision?: 'fp32' | 'fp16' | 'int8';
  /**
   * Threads per operator for which the numbers hold. Generated sides use as many.
   */
  threads?: number | SourcedCount;
}
/**
 * Cells of the systolic array.
 */
export interface Array1 {
  rows?: number | SourcedCount;
  columns?: number | SourcedCount;
}
/**
 * Buffers of the array (systolic).
 */
export interface Sram1 {
  ifmap?: string | SourcedSize;
  filter?: string | SourcedSize;
  ofmap?: string | SourcedSize;
}
/**
 * Peak operations per second by precision (roofline).
 */
export interface Peak1 {
  fp32?: string | SourcedThroughput;
  fp16?: string | SourcedThroughput;
  int8?: string | SourcedThroughput;
  int4?: string | SourcedThroughput;
}
/**
 * Achieved share of the peak by operator (Conv, DepthwiseConv, Gemm, MatMul, ...); `default` applies to all others (roofline).
 */
export interface Efficiency1 {
  default?: (number | string) | SourcedShare;
  [k: string]: number | string | SourcedShare | undefined;
}
/**
 * Dynamic energy, in addition to the idle power of the device.
 */
export interface DeviceEnergy1 {
  mac?: MacEnergy;
  /**
   * Per byte between compute and on-chip memory.
   */
  onChip?: string | SourcedEnergyPerByte;
  /**
   * Per byte of off-chip traffic.
   */
  offChip?: string | SourcedEnergyPerByte;
}
export interface SourcedHourlyPrice {
  /**
   * US dollars per hour, at least 0.
   */
  value: string;
  /**
   * Source of the number: a paper and table, a datasheet and page, or a measurement and its method.
   */
  source: string;
}
/**
 * How the input is sent.
 */
export interface Input {
  /**
   * Encoding of an input that is sent, as in cloud-only. `auto`: all encodings of crossing tensors, and image formats if samples are images. `raw`, `png`, `jpeg:QUALITY` or `webp:QUALITY`: this format, or raw. Bytes and loss of accuracy are measured on the samples.
   */
  encoding?: string;
}
export interface Objective {
  /**
   * Weight of a second.
   */
  latency?: number;
  /**
   * Weight of a joule.
   */
  energy?: number;
  /**
   * Weight of a US dollar.
   */
  cost?: number;
}
/**
 * Limits that the plan must keep.
 */
export interface Constraints {
  /**
   * Largest loss of the metric: `1 %` is one percentage point.
   */
  accuracyDrop?: number | string;
  /**
   * Largest predicted latency of one inference.
   */
  latency?: string;
  /**
   * An energy above 0.
   */
  energy?: string;
  /**
   * Largest price per inference.
   */
  cost?: string;
  /**
   * A number of bytes; `MB` is 10^6, `MiB` 2^20.
   */
  disk?: string;
  /**
   * Largest summed error, in the unit of `errorModel`.
   */
  error?: number;
}
/**
 * Steps of post-training quantization.
 */
export interface Quantization {
  /**
   * Cross-layer equalisation of chained convolutions by powers of two, which keeps the float model unchanged. Off by default: with scales per output channel it gains nothing (docs/accuracy.md).
   */
  equalize?: boolean;
  /**
   * How weights are rounded. `gptq`: layer by layer, by least squares on the inputs that each layer receives from the quantized layers before it. `nearest`: each weight separately.
   */
  rounding?: 'gptq' | 'nearest';
  /**
   * Methods for ranges of activations: least mean squared error, percentiles (99.9, 99.99, 99.999 %), least divergence. Per tensor, the method with the least mean squared error on held-out samples is chosen: ranges come from every other sample, errors from the rest.
   *
   * @minItems 1
   */
  activationRanges?: ['mse' | 'percentile' | 'kl', ...('mse' | 'percentile' | 'kl')[]];
  /**
   * Corrects biases by the mean error of each output channel, as measured on the samples.
   */
  biasCorrection?: boolean;
}
export interface SplitAfter {
  /**
   * Names of the crossing tensors.
   *
   * @minItems 1
   */
  after: [string, ...string[]];
}
/**
 * Overrides of one build.
 */
export interface Variant {
  /**
   * The trained model, relative to this file.
   */
  model?: string | Model;
  calibration?: Calibration;
  validation?: Validation;
  edge?: Edge;
  link?: Link;
  network?: Network;
  cloud?: Cloud;
  input?: Input;
  /**
   * The side that needs the outputs. Outputs of the other side are sent to it, at a cost.
   */
  deliver?: 'edge' | 'cloud';
  /**
   * The quantity to minimise per inference: latency, energy of the edge, price, predicted error, or (`throughput`) the time between two inferences; or a weighted sum of the first three.
   */
  objective?: ('latency' | 'energy' | 'cost' | 'error' | 'throughput') | Objective;
  constraints?: Constraints;
  /**
   * Of plans within this share of the best objective, the most accurate one is built, then the smallest.
   */
  tolerance?: number | string;
  /**
   * The predicted error of a quantized layer or tensor, which the planner sums. `output`: the loss at the model's outputs if this layer or tensor alone is quantized, measured on a few samples (divergence of class scores; for other outputs, the error of each channel over its variance). Models for which this takes minutes use `relative`. `relative`: mean squared error of the tensor over its mean square. `mse`: its mean squared error, as in Auto-Split.
   */
  errorModel?: 'output' | 'relative' | 'mse';
  /**
   * How much work to spend on a plan. `fast` skips steps that take minutes: sensitivity at the outputs (`errorModel: output` becomes `relative`), least-squares rounding (`rounding: gptq` becomes `nearest`) and calibration samples beyond 32; the plan lists what was skipped. `best` allows ten times the sensitivity work of `normal` and any number of measured plans. `--effort` takes precedence.
   */
  effort?: 'fast' | 'normal' | 'best';
  quantization?: Quantization;
  /**
   * `auto` searches for the cut. Other values fix it: by side, or by the crossing tensors. With `cloud-only`, the edge may still slice, reshape or quantize the input before it sends it.
   */
  split?: ('auto' | 'edge-only' | 'cloud-only') | SplitAfter;
  /**
   * Folder of the bundles, relative to this file.
   */
  output?: string;
}
