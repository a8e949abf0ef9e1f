/** The small networks that tests run on: their structure is typical, their weights are pseudo-random. */
import { body, encodeModel, float, int, ints, node, tensor, text, value } from './onnx.mjs';

/** mulberry32: the same numbers in 0..1 for the same seed, on every machine. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Collects the nodes and weights of a graph. */
function builder(dtype, seed) {
  const next = random(seed);
  const graph = { node: [], initializer: [] };
  const weight = (name, dims, fanIn) => {
    // He's uniform initialisation, so that activations keep their size from layer to layer.
    const reach = Math.sqrt(6 / fanIn);
    const count = dims.reduce((a, b) => a * b, 1);
    const numbers = Array.from({ length: count }, () => next() * 2 * reach - reach);
    graph.initializer.push(tensor(name, dtype, dims, numbers.map(clearOfZero)));
    return name;
  };
  const constant = (name, type, dims, numbers) => {
    graph.initializer.push(tensor(name, type, dims, numbers));
    return name;
  };
  const add = (op, inputs, output, attributes) => {
    graph.node.push(node(op, inputs, [output], attributes));
    return output;
  };
  const conv = (name, input, [inputs, outputs], { size = 3, stride = 1, group = 1 } = {}) => {
    const fanIn = (inputs / group) * size * size;
    const names = [
      weight(`${name}.weight`, [outputs, inputs / group, size, size], fanIn),
      weight(`${name}.bias`, [outputs], 600),
    ];
    const pad = (size - 1) / 2;
    return add('Conv', [input, ...names], name, {
      kernel_shape: ints([size, size]),
      strides: ints([stride, stride]),
      pads: ints([pad, pad, pad, pad]),
      group: int(group),
    });
  };
  const batchNorm = (name, input, channels) => {
    const around = (suffix, center) =>
      constant(
        `${name}.${suffix}`,
        dtype,
        [channels],
        Array.from({ length: channels }, () => center + 0.25 + next() / 4),
      );
    const statistics = [around('scale', 0.5), around('bias', 0), around('mean', 0), around('variance', 0.5)];
    return add('BatchNormalization', [input, ...statistics], name, { epsilon: float(1e-5) });
  };
  return { graph, weight, constant, add, conv, batchNorm };
}

/** Binary16 has few numbers near zero. */
const clearOfZero = (number) => (Math.abs(number) < 2 ** -13 ? 2 ** -13 : number);

/**
 * A picture of 32 x 32 in, scores of ten classes out: strided, depthwise and pointwise convolutions, batch
 * normalization, a residual, both poolings and a fully connected layer.
 */
function classifier(dtype, { softmax }) {
  const { graph, weight, add, conv, batchNorm } = builder(dtype, 1);
  const relu = (name, input) => add('Relu', [input], name);
  const stem = relu('stem.relu', batchNorm('stem.bn', conv('stem', 'image', [3, 16], { stride: 2 }), 16));
  const depth = relu('depth.relu', batchNorm('depth.bn', conv('depth', stem, [16, 16], { group: 16 }), 16));
  const point = relu('point.relu', conv('point', depth, [16, 24], { size: 1 }));
  const pool = add('MaxPool', [point], 'pool', { kernel_shape: ints([2, 2]), strides: ints([2, 2]) });
  const inner = relu('inner.relu', conv('inner', pool, [24, 24]));
  const sum = relu('sum.relu', add('Add', [conv('outer', inner, [24, 24], { size: 1 }), pool], 'sum'));
  const last = relu('last.relu', conv('last', sum, [24, 32], { stride: 2 }));
  const mean = add('Flatten', [add('GlobalAveragePool', [last], 'mean')], 'flat', { axis: int(1) });
  const parameters = [weight('head.weight', [10, 32], 32), weight('head.bias', [10], 600)];
  const logits = add('Gemm', [mean, ...parameters], 'logits', { transB: int(1) });
  const output = softmax ? add('Softmax', [logits], 'scores', { axis: int(1) }) : logits;
  return {
    ...graph,
    name: 'classifier',
    input: [value('image', dtype, [1, 3, 32, 32])],
    output: [value(output, dtype, [1, 10])],
  };
}

/** One of four classes for every pixel, as indices. */
function segmentation() {
  const { graph, constant, add, conv } = builder('float32', 2);
  const first = add('Relu', [conv('first', 'image', [1, 16], { stride: 2 })], 'first.relu');
  const second = add('Relu', [conv('second', first, [16, 16])], 'second.relu');
  const scales = constant('scales', 'float32', [4], [1, 1, 2, 2]);
  const large = add('Resize', [second, '', scales], 'large', {
    mode: text('nearest'),
    coordinate_transformation_mode: text('asymmetric'),
    nearest_mode: text('floor'),
  });
  const classes = add('ArgMax', [conv('classes', large, [16, 4], { size: 1 })], 'classes.index', {
    axis: int(1),
    keepdims: int(0),
  });
  return {
    ...graph,
    name: 'segmentation',
    input: [value('image', 'float32', [1, 1, 16, 16])],
    output: [value(classes, 'int64', [1, 16, 16])],
  };
}

/** A sequence of any length through an LSTM, whose states are an input and an output. */
function recurrent() {
  const [inputs, hidden] = [4, 8];
  const { graph, weight, constant, add } = builder('float32', 3);
  const parameters = [
    weight('lstm.W', [1, 4 * hidden, inputs], 24),
    weight('lstm.R', [1, 4 * hidden, hidden], 48),
    weight('lstm.B', [1, 8 * hidden], 600),
  ];
  const attributes = { hidden_size: int(hidden), direction: text('forward') };
  const outputs = ['all', 'state.out', 'cell.out'];
  graph.node.push(node('LSTM', ['sequence', ...parameters, '', 'state', 'cell'], outputs, attributes));
  const axis = constant('axis', 'int64', [1], [1n]);
  const steps = add('Squeeze', ['all', axis], 'steps');
  add('MatMul', [steps, weight('head', [1, hidden, 3], 24)], 'y');
  const state = (name) => value(name, 'float32', [1, 1, hidden]);
  return {
    ...graph,
    name: 'recurrent',
    input: [value('sequence', 'float32', ['T', 1, inputs]), state('state'), state('cell')],
    output: [value('y', 'float32', ['T', 1, 3]), state('state.out'), state('cell.out')],
  };
}

/** Branches in branches that read tensors from outside, and a loop that collects what its rounds give. */
function control() {
  const { graph, constant, add } = builder('float32', 4);
  const branch = (name, nodes, output) => ({ name, node: nodes, output: [value(output, 'float32', [4])] });
  let inner = branch('deepest', [node('Mul', ['x', 'scaled'], ['deepest.y'])], 'deepest.y');
  for (const level of ['third', 'second', 'first']) {
    const other = branch(`${level}.else`, [node('Sub', ['scaled', 'x'], [`${level}.other`])], `${level}.other`);
    const choice = node('If', ['positive'], [`${level}.y`], { then_branch: body(inner), else_branch: body(other) });
    inner = branch(level, [choice], `${level}.y`);
  }
  add('Mul', ['x', constant('factor', 'float32', [1], [1.5])], 'scaled');
  add('ReduceSum', ['x'], 'total', { keepdims: int(0) });
  add('Greater', ['total', constant('zero', 'float32', [], [0])], 'positive');
  graph.node.push(...inner.node.map((each) => ({ ...each, output: ['chosen'], name: 'chosen' })));
  graph.node.push(loop(constant('rounds', 'int64', [], [5n]), 'chosen', { keep: true }));
  return {
    ...graph,
    name: 'control',
    input: [value('x', 'float32', [4])],
    output: [value('end', 'float32', [4]), value('history', 'float32', [5, 4])],
  };
}

/** `rounds` times y = y * 0.5 + x; a `history` of all of them is an output where it is kept. */
function loop(rounds, start, { keep }) {
  const scalar = (name, type) => value(name, type, []);
  const round = {
    name: 'round',
    node: [
      node('Mul', ['y', 'half'], ['halved']),
      node('Add', ['halved', 'x'], ['y.out']),
      node('Identity', ['go'], ['go.out']),
      ...(keep ? [node('Identity', ['y.out'], ['kept'])] : []),
    ],
    initializer: [tensor('half', 'float32', [1], [0.5])],
    input: [scalar('i', 'int64'), scalar('go', 'bool'), value('y', 'float32', [4])],
    output: ['y.out', ...(keep ? ['kept'] : [])].map((name) => value(name, 'float32', [4])),
  };
  round.output.unshift(scalar('go.out', 'bool'));
  return node('Loop', [rounds, '', start], keep ? ['end', 'history'] : ['end'], { body: body(round) });
}

/** The same loop, with more rounds than anybody waits for. */
function endless() {
  const { graph, constant } = builder('float32', 5);
  graph.node.push(loop(constant('rounds', 'int64', [], [2n ** 62n]), 'x', { keep: false }));
  return {
    ...graph,
    name: 'endless',
    input: [value('x', 'float32', [4])],
    output: [value('end', 'float32', [4])],
  };
}

/** File name to content. */
export function networks() {
  const graphs = {
    'classifier.onnx': classifier('float32', { softmax: false }),
    'classifier-fp16.onnx': classifier('float16', { softmax: true }),
    'segmentation.onnx': segmentation(),
    'recurrent.onnx': recurrent(),
    'control.onnx': control(),
    'endless.onnx': endless(),
  };
  return Object.fromEntries(Object.entries(graphs).map(([file, graph]) => [file, encodeModel(graph)]));
}
