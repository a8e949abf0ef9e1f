import type { QuantizedSplit } from '../../quantize/index.js';
import { edgeTypes } from '../../runtime/edge-types.js';
import { embedSpec } from '../../runtime/embed.js';
import type { SplitSpec } from '../../runtime/spec.js';
import { contentLength, type FileContent } from '../../util/files.js';
import { type EdgeBundler, onnxFiles } from '../edge-files.js';
import { edgeWords } from '../edge-words.js';
import { packageJson, packageVersion, runtimeCode, template, textFiles } from '../shipped.js';

export const onnxruntimeWebBundler: EdgeBundler = { modelFiles, runtimeFiles };

function modelFiles(split: QuantizedSplit): ReturnType<EdgeBundler['modelFiles']> {
  const { files, spec } = onnxFiles(split);
  const skeleton = spec && files.get(spec.model);
  return { files, spec: spec && skeleton && { ...spec, modelBytes: contentLength(skeleton) } };
}

function runtimeFiles(spec: SplitSpec): Map<string, FileContent> {
  const main = 'edge.mjs';
  const words = { ...edgeWords(spec, 'token'), version: packageVersion('onnxruntime-web') };
  return textFiles({
    [main]: embedSpec(runtimeCode(spec.edge ? 'web/edge.mjs' : 'web/edge-cloud-only.mjs'), spec),
    ...(spec.edge && { 'unpack-worker.mjs': runtimeCode('web/unpack-worker.mjs') }),
    'edge.d.mts': edgeTypes(spec, 'browser'),
    'package.json': packageJson(`${spec.name}-edge`, main, spec.edge ? ['onnxruntime-web'] : [], {}),
    'README.md': template(spec.edge ? 'edge-web/README.md' : 'edge-web/README.cloud-only.md', words),
  });
}
