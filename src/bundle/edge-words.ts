import type { SplitSpec } from '../runtime/spec.js';

const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ') || 'nothing';

/** What the READMEs of edge halves say of a split; `token` is how their example comes by one. */
export function edgeWords(spec: SplitSpec, token: string): Record<string, string> {
  const ports = (direction: SplitSpec['inputs']) =>
    direction.map(({ name, dtype, shape }) => `| \`${name}\` | ${dtype} | ${shape.join(' x ') || 'scalar'} |`).join('\n');
  return {
    name: spec.name,
    computes: spec.edge
      ? `the layers up to ${list(spec.wire.length > 0 ? spec.wire.map((wire) => wire.name) : spec.edgeOutputs)}`
      : 'nothing: it encodes the input and sends it',
    needsCloud: spec.cloud ? 'It needs the cloud half of the same build.' : 'It needs no network: everything is computed here.',
    options: spec.cloud ? `{ cloud: 'http://127.0.0.1:8080', token: ${token} }` : '',
    inputs: ports(spec.inputs),
    outputs: ports(spec.outputs),
    example: spec.inputs.map(({ name }) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}': value`)).join(', '),
  };
}
