import { existsSync, mkdtempSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shared } from '../shared.js';

/** One real network of ../shared with everything a config needs to say about it. */
export interface SharedNetwork {
  model: string;
  /** Shapes of dynamic dimensions. */
  inputs?: Record<string, number[]>;
  calibration: Record<string, unknown>;
  validation?: Record<string, unknown>;
  /** Crossing tensors of a cut in the middle. */
  middle: string[];
}

const data = (file: string) => path.join(shared ?? '', 'data', file);

const IMAGENET = { resize: 256, crop: 224, mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };
const CIFAR = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };
const PLATE = { channels: 'bgr', mean: 127.5, std: 128 };
const GREY = { channels: 'grey' };

const labelled = (folder: string, extension: string, preprocess: Record<string, unknown>, metric = 'top1') => ({
  calibration: { images: data(`${folder}/calib/*.${extension}`), preprocess, samples: 32 },
  validation: { images: data(`${folder}/val/*.${extension}`), labels: data(`${folder}/val.csv`), metric },
});

/** From the root of the repository: benchmarks are compiled into another folder. */
const lprnetMetric = path.resolve('test/networks/lprnet-metric.mjs');

/** The ten networks that must build, cut anywhere. */
export const NETWORKS: Record<string, SharedNetwork> = {
  'squeezenet1.1': {
    model: 'squeezenet1.1_fp32',
    ...labelled('imagenet500', 'jpg', IMAGENET),
    middle: ['maxpool_3_out'],
  },
  mobilenetv2: {
    model: 'mobilenetv2_torchvision_fp32',
    ...labelled('imagenet500', 'jpg', IMAGENET),
    middle: ['add_55_out'],
  },
  resnet20: {
    model: 'resnet20_cifar10_fp32',
    ...labelled('cifar10', 'png', CIFAR),
    middle: ['/layer2/layer2.2/Relu_1_output_0'],
  },
  lprnet: {
    model: 'lprnet_cn_fp32',
    ...labelled('plates500', 'jpg', PLATE, lprnetMetric),
    middle: [
      '/backbone.2/Relu_output_0',
      '/backbone.6/Relu_output_0',
      '/backbone.13/Relu_output_0',
      '/backbone.18/Relu_output_0',
    ],
  },
  fastestdet: {
    model: 'fastestdet_coco',
    calibration: {
      images: data('imagenet500/calib/*.jpg'),
      preprocess: { resize: [352, 352], fit: 'fill', channels: 'bgr', std: 255 },
      samples: 16,
    },
    middle: ['onnx::Concat_708', 'Reshape_130', 'input.308'],
  },
  ultraface: {
    model: 'ultraface_rfb320',
    calibration: {
      images: data('imagenet500/calib/*.jpg'),
      preprocess: { resize: [320, 240], fit: 'fill', mean: 127, std: 128 },
      samples: 16,
    },
    middle: ['314', '360'],
  },
  kwt1: {
    model: 'kwt1_keyword_transformer_fp32',
    calibration: { audio: data('audio/*.wav') },
    middle: ['add_217_out'],
  },
  dscnn: {
    model: 'dscnn_kws_mlperftiny_fp32',
    calibration: { inputs: data('kws/kws.npz'), samples: 64 },
    validation: { inputs: data('kws/kws.npz'), labels: data('kws/labels.csv'), metric: 'top1' },
    middle: ['depthwise_conv_2d_5_relu_out'],
  },
  super_resolution: {
    model: 'super_resolution_zoo_op10',
    calibration: {
      images: data('photos/*'),
      preprocess: { resize: [224, 224], fit: 'cover', channels: 'grey', std: 255 },
    },
    middle: ['15'],
  },
  'mnist-8': { model: 'mnist-8_zoo', ...labelled('mnist', 'png', GREY), middle: ['ReLU114_Output_0'] },
};

/** Writes a project for a network into a temporary folder; gives the folder. */
export async function writeProject(network: SharedNetwork, changes: Record<string, unknown> = {}): Promise<string> {
  if (!shared || !existsSync(shared)) throw new Error('../shared is missing');
  const folder = mkdtempSync(path.join(tmpdir(), 'autosplit-network-'));
  await mkdir(folder, { recursive: true });
  const config = {
    model: {
      path: path.join(shared, 'models/real', `${network.model}.onnx`),
      ...(network.inputs && { inputs: network.inputs }),
    },
    calibration: network.calibration,
    ...(network.validation && { validation: network.validation }),
    edge: { preset: 'raspberry-pi-4' },
    network: { preset: '3g' },
    cloud: { preset: 'nvidia-t4' },
    ...changes,
  };
  // JSON is YAML.
  await writeFile(path.join(folder, 'autosplit.config.yaml'), JSON.stringify(config, null, 2));
  return folder;
}
