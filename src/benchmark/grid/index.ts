import type { Model } from '../../onnx/graph.js';
import { attention } from './attention.js';
import { convolutions } from './convolutions.js';
import { connected, layers } from './layers.js';

/**
 * The models of the micro-benchmark: operators of a grid of shapes, each between other operators, so that layouts,
 * fusions and caches are those of a real model and not of an operator that runs alone.
 */
export const gridModels = (): Model[] => [...convolutions(), ...layers(), connected(), ...attention()];
