import { NETWORKS, type SharedNetwork } from '../../networks/networks.js';

/** A cut that is looked at: one tensor crosses. */
export interface PinnedCut {
  network: string;
  source: SharedNetwork;
  tensor: string;
}

export const CUTS: readonly PinnedCut[] = [
  { network: 'mobilenetv2', source: NETWORKS.mobilenetv2, tensor: 'add_26_out' },
  { network: 'mobilenetv2', source: NETWORKS.mobilenetv2, tensor: 'add_55_out' },
  // The concatenations of the fire modules are counted from 0.
  { network: 'squeezenet1.1', source: NETWORKS['squeezenet1.1'], tensor: 'fire3_concat_out' },
  // Three stages of nine residual blocks: the last one of the second stage.
  {
    network: 'resnet56',
    source: { ...NETWORKS.resnet20, model: 'resnet56_cifar10_fp32' },
    tensor: '/layer2/layer2.8/Relu_1_output_0',
  },
];

/** Samples that calibrate; accuracy is measured on all of `val`. */
export const CALIBRATION_SAMPLES = 100;
