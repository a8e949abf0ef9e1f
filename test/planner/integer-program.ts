import type { PlanningProblem } from '../../src/planner/problem.js';

/**
 * The planning problem as an integer program in CPLEX LP format, written from the problem's definition alone, for a solver that shares
 * nothing with the planner. For closed cuts or prefixes, live memory, any bits; without coupled wire options and `availableFrom`.
 */
export function toIntegerProgram({ layers, tensors, link, deliver, limits, cuts }: PlanningProblem): string {
  const objective: string[] = [];
  const rows: string[] = [];
  const binaries: string[] = [];
  const term = (coefficient: number, variable: string) => `${coefficient < 0 ? '-' : '+'} ${Math.abs(coefficient)} ${variable}`;
  const weights: string[] = [];
  const error: string[] = [];
  let constant = 0;
  let errorConstant = 0;
  const lastStep = layers.length - 1;

  layers.forEach((layer, l) => {
    binaries.push(`x${l}`);
    const can = layer.placement !== 'cloud' && layer.options.length > 0;
    if (!can) rows.push(`x${l} = 0`);
    if (layer.placement === 'edge') rows.push(`x${l} = 1`);
    constant += layer.cloudSeconds;
    errorConstant += layer.cloudError ?? 0;
    objective.push(term(-layer.cloudSeconds, `x${l}`));
    error.push(term(-(layer.cloudError ?? 0), `x${l}`));
    layer.options.forEach((option, o) => {
      binaries.push(`y${l}_${o}`);
      objective.push(term(option.seconds, `y${l}_${o}`));
      weights.push(term(option.weightBytes, `y${l}_${o}`));
      error.push(term(option.error, `y${l}_${o}`));
    });
    if (layer.options.length > 0) rows.push(`${layer.options.map((_, o) => `+ y${l}_${o}`).join(' ')} - x${l} = 0`);
    rows.push(`any - x${l} >= 0`);
    for (const t of layer.inputs) if (tensors[t].producer >= 0) rows.push(`x${tensors[t].producer} - x${l} >= 0`);
    if (cuts === 'prefixes' && l > 0) rows.push(`x${l - 1} - x${l} >= 0`);
  });
  rows.push('any <= 1', 'travels <= 1');
  objective.push(term(link.fixedSeconds, 'travels'));

  /** Terms of live memory at a step: sizes by the bits of the producer, and crossing tensors that nothing on the edge waits for. */
  const live: string[][] = layers.map(() => []);
  tensors.forEach((tensor, t) => {
    const { producer, isOutput, elements } = tensor;
    const readers = layers.map((_, l) => l).filter((l) => layers[l].inputs.includes(t));
    const isSent = deliver === 'cloud' && isOutput;
    const made = producer < 0 ? '1' : `x${producer}`;
    if (readers.length > 0 || isSent) {
      // c: the tensor crosses.
      rows.push(`c${t} <= 1`);
      if (isSent) rows.push(producer < 0 ? `c${t} >= 1` : `c${t} - ${made} >= 0`);
      for (const l of readers) rows.push(producer < 0 ? `c${t} + x${l} >= 1` : `c${t} - ${made} + x${l} >= 0`);
      rows.push(`travels - c${t} >= 0`);
      tensor.wire.forEach((wire, w) => {
        binaries.push(`z${t}_${w}`);
        objective.push(term(wire.bytes * link.secondsPerByteUp, `z${t}_${w}`));
        error.push(term(wire.error, `z${t}_${w}`));
      });
      rows.push(tensor.wire.length > 0 ? `${tensor.wire.map((_, w) => `+ z${t}_${w}`).join(' ')} - c${t} = 0` : `c${t} = 0`);
    }
    if (deliver === 'edge' && isOutput && producer >= 0) {
      constant += (tensor.downlinkBytes ?? 0) * link.secondsPerByteDown;
      objective.push(term(-(tensor.downlinkBytes ?? 0) * link.secondsPerByteDown, made));
      rows.push(`travels + ${made} >= 1`);
    }
    if (limits.memoryBytes === undefined) return;
    const from = Math.max(0, producer);
    const lastReader = Math.max(from, ...readers);
    const isHeld = producer >= 0 || readers.length > 0 || isSent;
    const bytes = (bits: number) => Math.ceil((elements * bits) / 8);
    for (let step = from; step <= lastStep && isHeld; step++) {
      if (step <= lastReader || isOutput) {
        if (producer < 0) live[step].push(term(bytes(tensor.inputBits ?? 32), 'any'));
        else live[step].push(...layers[producer].options.map((option, o) => term(bytes(option.activationBits), `y${producer}_${o}`)));
      } else if (producer < 0) {
        live[step].push(term(bytes(tensor.inputBits ?? 32), `held${t}`));
      } else {
        live[step].push(...layers[producer].options.map((option, o) => term(bytes(option.activationBits), `held${t}_${o}`)));
      }
    }
    if (lastReader === lastStep || isOutput) return;
    // held: the tensor crosses and was made by this option (or, for an input, anything runs on the edge).
    if (producer < 0) rows.push(`held${t} - c${t} - any >= -1`);
    else rows.push(...layers[producer].options.map((_, o) => `held${t}_${o} - c${t} - y${producer}_${o} >= -1`));
  });
  if (limits.memoryBytes !== undefined) for (const terms of live) rows.push(`${[...weights, ...terms].join(' ')} <= ${limits.memoryBytes}`);
  const { error: errorLimit } = limits;
  if (errorLimit !== undefined)
    rows.push(`${error.map((part) => scaled(part, 1 / errorLimit)).join(' ')} <= ${1 - errorConstant / errorLimit}`);
  objective.push(term(constant, 'one'));
  return `Minimize\n obj: ${objective.join(' ')}\nSubject To\n${rows.join('\n')}\n one = 1\nBinary\n${[...new Set(binaries)].join(' ')}\nEnd\n`;
}

/** A term with its coefficient scaled: errors are far below the tolerances of solvers. */
function scaled(part: string, factor: number): string {
  const [sign, coefficient, variable] = part.split(' ');
  return `${sign} ${Number(coefficient) * factor} ${variable}`;
}
