import { dimsOf } from '../onnx/dims.js';
import { each, type Family, type Operator } from './family.js';

/** X [steps, batch, input], W [directions, gates * hidden, input], R [directions, gates * hidden, hidden]. */
const recurrentCell: Operator = {
  role: 'float',
  work: (node, graph) => {
    const [x, w, r] = node.inputs.map((input) => dimsOf(graph, input));
    if (!x || !w || !r) return undefined;
    const [directions, rows, inputSize] = w;
    const k = inputSize + r[2];
    return {
      macs: x[0] * x[1] * directions * rows * k,
      gemm: { m: x[1], n: rows, k, count: x[0] * directions },
    };
  },
  kind: { runsAs: 'Gemm' },
};

/** Recurrent layers: each step and direction is a product. */
export const recurrent: Family = { operators: each(recurrentCell, 'LSTM', 'GRU', 'RNN') };
