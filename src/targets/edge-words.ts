import type { SplitSpec } from '../runtime/spec.js';
import { contentLength } from '../util/files.js';
import { bytes } from '../util/format.js';
import type { EdgeSide } from './side.js';

const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ') || 'nothing';

/** Words that the READMEs of edge sides fill in. `token` is the expression of their example for the token. */
export function edgeWords({ spec, model }: EdgeSide, token: string): Record<string, string> {
  const ports = (direction: SplitSpec['inputs']) =>
    direction
      .map(({ name, dtype, shape }) => `| \`${name}\` | ${dtype} | ${shape.join(' x ') || 'scalar'} |`)
      .join('\n');
  return {
    name: spec.name,
    computes: spec.edge
      ? `the layers up to ${list(spec.wire.length > 0 ? spec.wire.map((wire) => wire.name) : spec.edgeOutputs)}`
      : 'nothing: it encodes the input and sends it',
    needsCloud: spec.cloud
      ? 'It needs the cloud side of the same build.'
      : 'It needs no network: everything is computed here.',
    sizes: sizes(spec, model),
    threads: String(spec.edge?.threads ?? 1),
    options: spec.cloud ? `{ cloud: 'http://127.0.0.1:8080', token: ${token} }` : '',
    inputs: ports(spec.inputs),
    outputs: ports(spec.outputs),
    example: spec.inputs.map(({ name }) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}': value`)).join(', '),
  };
}

/** Exact size of the model on disk, and RAM of its weights as onnxruntime holds them. */
function sizes({ edge }: SplitSpec, model: EdgeSide['model']): string {
  if (!edge || !model) return '';
  const disk = Object.values(model.files).reduce((sum, content) => sum + contentLength(content), 0);
  const weights = edge.weights.parts.reduce((sum, { unpackedLength }) => sum + unpackedLength, 0);
  return `Disk and download: ${bytes(disk)} of model, its weights bit-packed in \`weights.bin\`. RAM: ${bytes(weights)} of weights, unpacked to int8 when the side loads, and the activations.`;
}
