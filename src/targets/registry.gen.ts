// Generated from the folders of src/targets by scripts/generate-targets.mjs; do not edit.

import type { BuiltIn } from './about.js';
import * as node from './node/index.js';
import * as onnxruntimeNode from './onnxruntime-node/index.js';
import * as onnxruntimeWeb from './onnxruntime-web/index.js';
import * as simulated from './simulated/index.js';

/** Every target that comes with autosplit. */
export const REGISTRY: readonly BuiltIn[] = [node, onnxruntimeNode, onnxruntimeWeb, simulated];
