import type { PlanDocument } from '../../../documents/plan.js';
import { bytes, joules, number, seconds } from '../../../util/format.js';
import { type Cell, section, table } from '../figure.js';
import type { Markup } from '../markup.js';

/** A table of all layers with their side and costs. */
export function layersSection({ layers, error }: PlanDocument): Markup {
  const hasEnergy = layers.some(({ edgeJoules }) => edgeJoules !== null);
  const known = (value: number | null, show: (value: number) => string): Cell => ({
    text: value === null ? '' : show(value),
    by: value,
  });
  return section({
    id: 'layers',
    title: 'Layers',
    lead: 'Times are per layer. The edge time of a cloud layer is at the most bits.',
    body: table({
      caption: 'Layers in execution order',
      columns: [
        { title: 'Layer' },
        { title: 'No.', isNumber: true },
        { title: 'Operator' },
        { title: 'Side' },
        { title: 'Weight bits', isNumber: true },
        { title: 'Activation bits', isNumber: true },
        { title: 'MACs', unit: 'million', isNumber: true },
        { title: 'Edge time', isNumber: true },
        { title: 'Cloud time', isNumber: true },
        ...(hasEnergy ? [{ title: 'Edge energy', isNumber: true }] : []),
        { title: 'Weights, disk', isNumber: true },
        { title: 'Weights, RAM', isNumber: true },
        { title: 'Live activations', isNumber: true },
        { title: 'Error', unit: error.model, isNumber: true },
      ],
      rows: layers.map((layer, i) => ({
        className: layer.placement,
        cells: [
          { text: layer.name },
          { text: i + 1, by: i + 1 },
          { text: layer.op },
          { text: layer.placement },
          known(layer.weightBits, (bits) => (bits >= 32 ? 'float' : String(bits))),
          known(layer.activationBits, (bits) => (bits >= 32 ? 'float' : String(bits))),
          known(layer.macs / 1e6, number),
          known(layer.edgeSeconds, seconds),
          known(layer.cloudSeconds, seconds),
          ...(hasEnergy ? [known(layer.edgeJoules, joules)] : []),
          known(layer.diskBytes, bytes),
          known(layer.weightBytes, bytes),
          known(layer.liveBytes, bytes),
          known(layer.error, number),
        ],
      })),
    }),
  });
}
