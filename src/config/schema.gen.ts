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
   * Configs that this one builds on: paths relative to this file, or packages. Merged deeply, later ones win, lists are replaced.
   */
  extends?: string | string[];
  /**
   * The trained network, relative to this file.
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
   * Where the outputs are wanted; the other side pays for sending them.
   */
  deliver?: 'edge' | 'cloud';
  /**
   * What is made as small as possible for one inference: its time, the energy of the edge, its price, its error, or (`throughput`) the time between two of them; or a sum of the first three, with weights per second, joule and US dollar.
   */
  objective?: ('latency' | 'energy' | 'cost' | 'error' | 'throughput') | Objective;
  constraints?: Constraints;
  /**
   * Share of the objective that does not count: of plans within it, the more accurate one is built, then the smaller.
   */
  tolerance?: number | string;
  /**
   * Error of a quantized tensor, summed over layers and crossing tensors. `output`: what the network's outputs lose when this layer or tensor alone is quantized, measured on a few samples (divergence of scores of classes, the error of each channel over its variance otherwise; networks for which that would take minutes are planned as by `relative`); `relative`: mean squared error of the tensor over its mean square; `mse`: its mean squared error, as in Auto-Split.
   */
  errorModel?: 'output' | 'relative' | 'mse';
  /**
   * How much work a plan is worth. `fast` leaves out what takes minutes: sensitivity by outputs (`errorModel: output` becomes `relative`), least-squares rounding (`rounding: gptq` becomes `nearest`), calibration samples beyond 32; the plan lists it. `best` spends ten times as much as `normal` on sensitivity and sets no limit to the plans that are measured. `--effort` wins over it.
   */
  effort?: 'fast' | 'normal' | 'best';
  quantization?: Quantization;
  /**
   * `auto` searches; otherwise the cut is given: by side, or by the tensors that cross. With `cloud-only` the edge may still slice, reshape or quantize the input before it sends it.
   */
  split?: ('auto' | 'edge-only' | 'cloud-only') | SplitAfter;
  /**
   * Folder of the bundles, relative to this file.
   */
  output?: string;
  /**
   * Variants, each merged over the rest and written to output/NAME.
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
   * Shapes by input, to fix dynamic dimensions.
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
   * Ready tensors, .npy or .npz: a glob or a file, relative to this file.
   */
  inputs?: string;
  /**
   * Wave files: a glob or a file, relative to this file.
   */
  audio?: string;
  preprocess?: Preprocess;
  /**
   * Upper limit on the samples used, or `all`. 64 where not given.
   */
  samples?: number | 'all';
}
/**
 * How a picture becomes a tensor.
 */
export interface Preprocess {
  /**
   * `[width, height]`, or one number: the short side. As stored where not given.
   */
  resize?: number | [number, number];
  /**
   * How `[width, height]` is filled: by stretching, by cutting off what stands out, or with bars.
   */
  fit?: 'fill' | 'cover' | 'contain';
  /**
   * Centre crop after resizing: `[width, height]`, or one number for a square.
   */
  crop?: number | [number, number];
  channels?: 'rgb' | 'bgr' | 'grey';
  /**
   * On 0..255, one for all channels or one each, in the order of `channels`: value = (pixel - mean) / std.
   */
  mean?: number | [number] | [number, number] | [number, number, number];
  /**
   * On 0..255, one for all channels or one each.
   */
  std?: number | [number] | [number, number] | [number, number, number];
  layout?: 'nchw' | 'nhwc';
}
/**
 * Labelled samples: the accuracy constraint is measured on them.
 */
export interface Validation {
  /**
   * Pictures: a glob or a file, relative to this file.
   */
  images?: string;
  /**
   * Ready tensors, .npy or .npz: a glob or a file, relative to this file.
   */
  inputs?: string;
  /**
   * Wave files: a glob or a file, relative to this file.
   */
  audio?: string;
  preprocess?: Preprocess1;
  /**
   * Upper limit on the samples used, or `all`. All where not given.
   */
  samples?: number | 'all';
  /**
   * CSV with the columns file,label, relative to this file; for map and map50 a COCO JSON or a folder of YOLO .txt files.
   */
  labels?: string;
  /**
   * Name of a metric (docs/accuracy.md lists them), an object with its name and options, or a module whose default export is (outputs, label) => score in 0..1, relative to this file. `detections`, `fidelity` and `agreement` compare with the float network and need no labels.
   */
  metric?: string | Metric;
}
/**
 * How a picture becomes a tensor.
 */
export interface Preprocess1 {
  /**
   * `[width, height]`, or one number: the short side. As stored where not given.
   */
  resize?: number | [number, number];
  /**
   * How `[width, height]` is filled: by stretching, by cutting off what stands out, or with bars.
   */
  fit?: 'fill' | 'cover' | 'contain';
  /**
   * Centre crop after resizing: `[width, height]`, or one number for a square.
   */
  crop?: number | [number, number];
  channels?: 'rgb' | 'bgr' | 'grey';
  /**
   * On 0..255, one for all channels or one each, in the order of `channels`: value = (pixel - mean) / std.
   */
  mean?: number | [number] | [number, number] | [number, number, number];
  /**
   * On 0..255, one for all channels or one each.
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
   * The output that is looked at; the first where not given.
   */
  output?: string;
  /**
   * Symbols by class, the blank left out: text, or a list where they have several characters. For ctc, edit, wer, cer.
   */
  alphabet?: string | [string, ...string[]];
  /**
   * Class that stands for nothing. For ctc, edit, wer, cer.
   */
  blank?: number;
  /**
   * How outputs hold boxes; guessed from shapes and values where not given. For map, map50, detections.
   */
  head?: 'yolov5' | 'yolov8' | 'ssd' | 'decoded';
  /**
   * Coordinates of a box: left, top, right, bottom, or centre, width, height. For map, map50, detections.
   */
  boxes?: 'corners' | 'centre';
  /**
   * Whether coordinates are fractions of the picture. For map, map50, detections.
   */
  normalized?: boolean;
  /**
   * Whether the first class is the background, as of SSD. For map, map50, detections.
   */
  background?: boolean;
  /**
   * Least score of a box: 0.001 for map and map50, 0.25 for detections.
   */
  confidence?: number;
  /**
   * Overlap above which the weaker of two boxes is dropped.
   */
  suppression?: number;
  /**
   * Largest value of a pixel; 255 for integers and 1 for floats where not given. For psnr, ssim.
   */
  range?: number;
  /**
   * Error that counts as all lost; the standard deviation of the labels where not given. For mae.
   */
  scale?: number;
  /**
   * Element whose score ranks the samples; the last where not given. For auc.
   */
  class?: number;
}
/**
 * The edge device: a preset and what differs from it, or a device of your own.
 */
export interface Edge {
  /**
   * Name of a preset (`autosplit presets edge` lists them), or the path of a preset file relative to this file.
   */
  preset?: string;
  /**
   * What the edge bundle runs on: a target of autosplit, an installed package that defines one (`NAME` or `autosplit-target-NAME`), or a path that starts with `./`, relative to this file. By default the first that the preset lists, `simulated` where it lists none.
   */
  target?: string;
  /**
   * Name of a device or link given without a preset.
   */
  name?: string;
  title?: string;
  description?: string;
  /**
   * `systolic`: an array of multiply-accumulate cells, costed by SCALE-Sim's cycle model. `roofline`: a device known by its peaks.
   */
  kind?: 'systolic' | 'roofline';
  /**
   * Memory available to the network: off-chip memory, or RAM.
   */
  memory?: string | SourcedSize;
  /**
   * On-chip buffers, or the last cache.
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
   * Latencies of layers in place of the cost model: a CSV file, relative to this file, with the columns layer,weight_bits,activation_bits,seconds (or milliseconds).
   */
  latency?: string;
  /**
   * Time of an inference beside its layers (measured).
   */
  perInference?: string | SourcedDuration;
  bits?: Bits;
  /**
   * Threads inside one operator that the numbers stand for; generated sides start with as many.
   */
  threads?: number | SourcedCount;
  /**
   * How many times longer one core takes to compress what is sent than the reference machine of docs/payload.md; 4 where not given.
   */
  coding?: number | SourcedFactor;
}
export interface SourcedSize {
  /**
   * A number of bytes; `MB` is 10^6, `MiB` 2^20.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
export interface SourcedByteRate {
  /**
   * Bytes per second.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
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
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
export interface SourcedFrequency {
  /**
   * A clock.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
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
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
/**
 * Share of the peak that is reached, `default` and by operator: Conv, DepthwiseConv, Gemm, MatMul, ... (roofline).
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
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
export interface SourcedDuration {
  /**
   * A time, 0 too.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
/**
 * Dynamic energy, beside the idle power of the device.
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
 * Per multiply-accumulate, by precision; a precision that is not given takes that of the next wider one.
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
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
export interface SourcedEnergyPerByte {
  /**
   * Energy to move data, by the byte or by the bit.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
/**
 * Of the whole device, computing and waiting.
 */
export interface Power {
  /**
   * While it computes.
   */
  active?: string | SourcedWattage;
  /**
   * While it waits for the link and the cloud.
   */
  idle?: string | SourcedWattage;
}
export interface SourcedWattage {
  /**
   * A power above 0.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
/**
 * Bit-widths to choose from: narrows what the preset and the target allow.
 */
export interface Bits {
  /**
   * Of stored weights.
   *
   * @minItems 1
   */
  weights?: [number, ...number[]];
  /**
   * Of tensors on the edge.
   *
   * @minItems 1
   */
  activations?: [number, ...number[]];
  /**
   * Of crossing tensors.
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
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
/**
 * The link between the two.
 */
export interface Link {
  /**
   * Name of a preset (`autosplit presets network` lists them), or the path of a preset file relative to this file.
   */
  preset?: string;
  /**
   * Name of a device or link given without a preset.
   */
  name?: string;
  title?: string;
  description?: string;
  /**
   * From the edge to the cloud, the median.
   */
  uplink?: string | SourcedBitRate;
  /**
   * From the cloud to the edge, the median; as the uplink where not given.
   */
  downlink?: string | SourcedBitRate;
  /**
   * Round trip of an empty message, the median; 0 where not given.
   */
  rtt?: string | SourcedDuration;
  /**
   * What each message adds: headers of HTTP and below; 0 where not given.
   */
  messageOverhead?: string | SourcedHeaderSize;
  /**
   * Largest packet, its headers included.
   */
  mtu?: string | SourcedSize;
  /**
   * Headers of one packet.
   */
  packetOverhead?: string | SourcedHeaderSize;
  distribution?: Distribution;
  /**
   * Packets lost beyond what the link itself repairs, a share of one; each is sent again.
   */
  loss?: (number | string) | SourcedLoss;
  /**
   * Share of the time that either side may send, as regulations of unlicensed bands ask.
   */
  dutyCycle?: (number | string) | SourcedShare;
  /**
   * Time between two occasions to send (Bluetooth Low Energy): each message waits half of it, beside `rtt`.
   */
  connectionInterval?: string | SourcedPositiveDuration;
  /**
   * Packets of `mtu` bytes that one connection interval takes at most: a limit on both rates.
   */
  packetsPerInterval?: number | SourcedCount;
  energy?: RadioEnergy;
  /**
   * Of the data, either way.
   */
  price?: string | SourcedDataPrice;
  /**
   * The day to plan for, where the link states its distribution: 95 takes rates that only 5 % of all measurements are below and a round trip that only 5 % are above; 50 is the median.
   */
  percentile?: number;
  /**
   * A recorded uplink, as a CSV file with the columns seconds,Mbps, relative to this file: the latency of the plan along it is reported. Each rate holds until the next line, the last as long as the one before; then the trace starts again.
   */
  trace?: string;
}
export interface SourcedBitRate {
  /**
   * Bits per second; `Mbps` is 10^6.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
export interface SourcedHeaderSize {
  /**
   * A number of bytes, 0 too.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
/**
 * Spread of rates and round trips in the field; the median is the plain field.
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
   * Only one measurement in twenty is lower: the bad day.
   */
  p5?: string | SourcedBitRate;
  /**
   * Only one in twenty is higher.
   */
  p95?: string | SourcedBitRate;
}
/**
 * Of the downlink; as of the uplink where neither it nor `downlink` is given.
 */
export interface RateSpread1 {
  /**
   * Only one measurement in twenty is lower: the bad day.
   */
  p5?: string | SourcedBitRate;
  /**
   * Only one in twenty is higher.
   */
  p95?: string | SourcedBitRate;
}
/**
 * Of the round trip.
 */
export interface TimeSpread {
  /**
   * Only one measurement in twenty is lower.
   */
  p5?: string | SourcedPositiveDuration;
  /**
   * Only one in twenty is higher: the bad day.
   */
  p95?: string | SourcedPositiveDuration;
}
export interface SourcedPositiveDuration {
  /**
   * A time above 0.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
export interface SourcedLoss {
  /**
   * A share of one, 0 too, below 1.
   */
  value: number | string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
/**
 * Of the radio on the edge, beside the idle power of the device.
 */
export interface RadioEnergy {
  /**
   * Per byte that it sends: headers, and what is sent again, count.
   */
  transmit?: string | SourcedEnergyPerByte;
  /**
   * Per byte that it receives.
   */
  receive?: string | SourcedEnergyPerByte;
}
export interface SourcedDataPrice {
  /**
   * US dollars per volume of data, 0 too; `GB` is 10^9 bytes.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
/**
 * Another name of `link`.
 */
export interface Network {
  /**
   * Name of a preset (`autosplit presets network` lists them), or the path of a preset file relative to this file.
   */
  preset?: string;
  /**
   * Name of a device or link given without a preset.
   */
  name?: string;
  title?: string;
  description?: string;
  /**
   * From the edge to the cloud, the median.
   */
  uplink?: string | SourcedBitRate;
  /**
   * From the cloud to the edge, the median; as the uplink where not given.
   */
  downlink?: string | SourcedBitRate;
  /**
   * Round trip of an empty message, the median; 0 where not given.
   */
  rtt?: string | SourcedDuration;
  /**
   * What each message adds: headers of HTTP and below; 0 where not given.
   */
  messageOverhead?: string | SourcedHeaderSize;
  /**
   * Largest packet, its headers included.
   */
  mtu?: string | SourcedSize;
  /**
   * Headers of one packet.
   */
  packetOverhead?: string | SourcedHeaderSize;
  distribution?: Distribution;
  /**
   * Packets lost beyond what the link itself repairs, a share of one; each is sent again.
   */
  loss?: (number | string) | SourcedLoss;
  /**
   * Share of the time that either side may send, as regulations of unlicensed bands ask.
   */
  dutyCycle?: (number | string) | SourcedShare;
  /**
   * Time between two occasions to send (Bluetooth Low Energy): each message waits half of it, beside `rtt`.
   */
  connectionInterval?: string | SourcedPositiveDuration;
  /**
   * Packets of `mtu` bytes that one connection interval takes at most: a limit on both rates.
   */
  packetsPerInterval?: number | SourcedCount;
  energy?: RadioEnergy;
  /**
   * Of the data, either way.
   */
  price?: string | SourcedDataPrice;
  /**
   * The day to plan for, where the link states its distribution: 95 takes rates that only 5 % of all measurements are below and a round trip that only 5 % are above; 50 is the median.
   */
  percentile?: number;
  /**
   * A recorded uplink, as a CSV file with the columns seconds,Mbps, relative to this file: the latency of the plan along it is reported. Each rate holds until the next line, the last as long as the one before; then the trace starts again.
   */
  trace?: string;
}
/**
 * The cloud device: a preset and what differs from it, or a device of your own.
 */
export interface Cloud {
  /**
   * Name of a preset (`autosplit presets cloud` lists them), or the path of a preset file relative to this file.
   */
  preset?: string;
  /**
   * What the cloud bundle runs on: a target of autosplit, an installed package that defines one (`NAME` or `autosplit-target-NAME`), or a path that starts with `./`, relative to this file.
   */
  target?: string;
  /**
   * Name of a device or link given without a preset.
   */
  name?: string;
  title?: string;
  description?: string;
  /**
   * `systolic`: an array of multiply-accumulate cells, costed by SCALE-Sim's cycle model. `roofline`: a device known by its peaks.
   */
  kind?: 'systolic' | 'roofline';
  /**
   * Memory available to the network: off-chip memory, or RAM.
   */
  memory?: string | SourcedSize;
  /**
   * On-chip buffers, or the last cache.
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
   * On demand, of the smallest unit that can be rented and has one such device.
   */
  price?: string | SourcedHourlyPrice;
  /**
   * Latencies of layers in place of the cost model: a CSV file, relative to this file, with the columns layer,seconds (or milliseconds).
   */
  latency?: string;
  /**
   * Time of an inference beside its layers (measured).
   */
  perInference?: string | SourcedDuration;
  /**
   * What the cloud side computes in.
   */
  precision?: 'fp32' | 'fp16' | 'int8';
  /**
   * Threads inside one operator that the numbers stand for; generated sides start with as many.
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
 * Share of the peak that is reached, `default` and by operator: Conv, DepthwiseConv, Gemm, MatMul, ... (roofline).
 */
export interface Efficiency1 {
  default?: (number | string) | SourcedShare;
  [k: string]: number | string | SourcedShare | undefined;
}
/**
 * Dynamic energy, beside the idle power of the device.
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
   * US dollars per hour, 0 too.
   */
  value: string;
  /**
   * Where the number comes from: a paper and its table, a datasheet and its page, a measurement and its method.
   */
  source: string;
}
/**
 * How the input itself would travel.
 */
export interface Input {
  /**
   * How an input may travel, as in cloud-only. `auto`: in every way that a crossing tensor may, and as any picture format where samples are pictures. `raw`, `png`, `jpeg:QUALITY` or `webp:QUALITY`: so or raw, exact but for what the format loses. Bytes, and what the network loses, are measured on the samples.
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
 * What the split must keep.
 */
export interface Constraints {
  /**
   * Largest loss of the metric, as a share of one: `1 %` is one point.
   */
  accuracyDrop?: number | string;
  /**
   * Longest predicted time of one inference.
   */
  latency?: string;
  /**
   * An energy above 0.
   */
  energy?: string;
  /**
   * Highest price of one inference.
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
   * Cross-layer equalisation of chained convolutions, by powers of two: the float network stays the same. Off, because scales per output channel leave it nothing to gain (docs/accuracy.md).
   */
  equalize?: boolean;
  /**
   * How weights are rounded. `gptq`: layer by layer, by least squares on what each layer reads behind those before it; `nearest`: each weight by itself.
   */
  rounding?: 'gptq' | 'nearest';
  /**
   * How ranges of activations may be found: by least mean squared error, by percentiles (99.9, 99.99, 99.999 %), by least divergence. For each tensor that one is taken whose range, found on every other sample, has the least mean squared error on the rest.
   *
   * @minItems 1
   */
  activationRanges?: ['mse' | 'percentile' | 'kl', ...('mse' | 'percentile' | 'kl')[]];
  /**
   * Biases take up the mean error of each output channel, measured on the samples.
   */
  biasCorrection?: boolean;
}
export interface SplitAfter {
  /**
   * Tensors of the model: exactly these cross.
   *
   * @minItems 1
   */
  after: [string, ...string[]];
}
/**
 * What differs in one build.
 */
export interface Variant {
  /**
   * The trained network, relative to this file.
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
   * Where the outputs are wanted; the other side pays for sending them.
   */
  deliver?: 'edge' | 'cloud';
  /**
   * What is made as small as possible for one inference: its time, the energy of the edge, its price, its error, or (`throughput`) the time between two of them; or a sum of the first three, with weights per second, joule and US dollar.
   */
  objective?: ('latency' | 'energy' | 'cost' | 'error' | 'throughput') | Objective;
  constraints?: Constraints;
  /**
   * Share of the objective that does not count: of plans within it, the more accurate one is built, then the smaller.
   */
  tolerance?: number | string;
  /**
   * Error of a quantized tensor, summed over layers and crossing tensors. `output`: what the network's outputs lose when this layer or tensor alone is quantized, measured on a few samples (divergence of scores of classes, the error of each channel over its variance otherwise; networks for which that would take minutes are planned as by `relative`); `relative`: mean squared error of the tensor over its mean square; `mse`: its mean squared error, as in Auto-Split.
   */
  errorModel?: 'output' | 'relative' | 'mse';
  /**
   * How much work a plan is worth. `fast` leaves out what takes minutes: sensitivity by outputs (`errorModel: output` becomes `relative`), least-squares rounding (`rounding: gptq` becomes `nearest`), calibration samples beyond 32; the plan lists it. `best` spends ten times as much as `normal` on sensitivity and sets no limit to the plans that are measured. `--effort` wins over it.
   */
  effort?: 'fast' | 'normal' | 'best';
  quantization?: Quantization;
  /**
   * `auto` searches; otherwise the cut is given: by side, or by the tensors that cross. With `cloud-only` the edge may still slice, reshape or quantize the input before it sends it.
   */
  split?: ('auto' | 'edge-only' | 'cloud-only') | SplitAfter;
  /**
   * Folder of the bundles, relative to this file.
   */
  output?: string;
}
