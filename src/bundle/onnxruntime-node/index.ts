import { edgeTypes } from '../../runtime/edge-types.js';
import { embedSpec } from '../../runtime/embed.js';
import { isImageEncoding } from '../../runtime/image.js';
import type { SplitSpec } from '../../runtime/spec.js';
import type { FileContent } from '../../util/files.js';
import { type EdgeBundler, onnxFiles } from '../edge-files.js';
import { edgeWords } from '../edge-words.js';
import { packageJson, runtimeCode, template, textFiles } from '../shipped.js';

export const onnxruntimeNodeBundler: EdgeBundler = { modelFiles: onnxFiles, runtimeFiles };

function runtimeFiles(spec: SplitSpec): Map<string, FileContent> {
  const packages = [
    ...(spec.edge ? ['onnxruntime-node'] : []),
    ...(spec.wire.some((wire) => isImageEncoding(wire.encoding)) ? ['sharp'] : []),
  ];
  return textFiles({
    'edge.mjs': embedSpec(runtimeCode('edge.mjs'), spec),
    'edge.d.mts': edgeTypes(spec, 'node'),
    'package.json': packageJson(`${spec.name}-edge`, 'edge.mjs', packages),
    'README.md': template('edge/README.md', edgeWords(spec, 'process.env.AUTOSPLIT_TOKEN')),
  });
}
