import { parse } from 'yaml';
import type { Proposal } from './propose.js';

/** Default accuracy limits, as the file states them. */
const UNASKED =
  'Without a limit: 1 point of the metric on labels; without labels 2 % of answers that change, or 5 % of the outputs.';

/**
 * Writes the config as YAML with comments that explain every default and how to change it.
 * @param schema path or URL of the schema, for editors
 */
export function configText(proposal: Proposal, schema: string): string {
  return [
    [
      `# yaml-language-server: $schema=${schema}`,
      '# Paths are relative to this file. Editors that know the schema show every key.',
    ],
    modelLines(proposal),
    calibrationLines(proposal),
    validationLines(proposal),
    deviceLines(proposal),
    [`# What the split must keep. ${UNASKED}`, '# constraints:', '#   accuracyDrop: 1 %', '#   latency: 200 ms'],
    ['# Folder of the bundles: commit it.', `output: ${scalar(proposal.output)}`],
  ]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function modelLines({ subject, shapes, picture }: Proposal): string[] {
  const about = subject.inputs.map(
    ({ name, dtype, shape }) =>
      `${name} ${dtype ?? ''} [${shape?.map((dim) => (dim === '' ? '?' : dim)).join(', ') ?? '?'}]`,
  );
  const says = `# The trained network. Input${about.length === 1 ? '' : 's'}: ${about.map((each) => oneLine(each)).join('; ')}`;
  if (Object.keys(shapes).length === 0) return [says, `model: ${scalar(subject.path)}`];
  const why = picture?.isChosen
    ? '# The model leaves sizes open: set those that it is used with.'
    : '# What the model leaves open, fixed: one inference at a time.';
  return [
    says,
    'model:',
    `  path: ${scalar(subject.path)}`,
    `  ${why}`,
    '  inputs:',
    ...Object.entries(shapes).map(([name, shape]) => `    ${scalar(name)}: ${flow(shape)}`),
  ];
}

function calibrationLines({ samples: { kind, pattern, count }, preprocess }: Proposal): string[] {
  const found = count === 0 ? 'None were found: put 20 or more here, as the device will see them.' : `${count} found.`;
  return [
    `# Representative samples, without labels: ranges and sizes are measured on them. ${found}`,
    'calibration:',
    `  ${kind}: ${scalar(pattern)}`,
    ...(preprocess
      ? [
          '  # How a picture becomes the input. CHECK THIS: it must be what the network was trained with, and the model does not say.',
          `  # Assumed here: ${preprocess.reason}. value = (pixel - mean) / std, on 0..255.`,
          '  preprocess:',
          `    resize: ${flow(preprocess.resize)} # [width, height]`,
          '    fit: cover # cut off what stands out; or fill (stretch), contain (bars)',
          `    channels: ${preprocess.channels}${preprocess.channels === 'rgb' ? ' # or bgr' : ''}`,
          `    mean: ${flow(preprocess.mean)}`,
          `    std: ${flow(preprocess.std)}`,
          `    layout: ${preprocess.layout}`,
        ]
      : []),
    '  samples: 64 # at most; spread evenly over the files',
  ];
}

function validationLines({ labelled, samples }: Proposal): string[] {
  const about =
    '# Labelled samples, so that accuracy is measured on them. Without them, outputs are compared with those of the float network.';
  const section = [
    'validation:',
    `  ${labelled?.folder.kind ?? samples.kind}: ${scalar(labelled?.folder.pattern ?? `data/val/*${samples.pattern.slice(samples.pattern.lastIndexOf('.'))}`)}`,
    `  labels: ${scalar(labelled?.labels ?? 'data/val.csv')} # file,label`,
  ];
  if (labelled?.areClasses) return [about, ...section, '  metric: top1 # or top5, or ./metric.mjs'];
  const metric = labelled
    ? '  metric: ./metric.mjs # the labels are no numbers of classes: write (outputs, label) => score in 0..1'
    : '  metric: top1 # or top5, or ./metric.mjs';
  return [about, ...[...section, metric].map((line) => `# ${line}`)];
}

function deviceLines({ edge, target, unrunnable, network, cloud, picture }: Proposal): string[] {
  return [
    '# Where it runs. `npx autosplit presets` lists devices and links; any figure can be overridden beside `preset`.',
    'edge:',
    `  preset: ${scalar(edge)}`,
    '  # memory: 4 MB # RAM that the network may use, where that is less than the device has',
    ...(unrunnable === undefined ? [] : [`  # ${oneLine(unrunnable, 500)}`]),
    `  target: ${target}`,
    'link:',
    `  preset: ${scalar(network)}`,
    '  # uplink: 3 Mbps # yours, where you have measured it',
    'cloud:',
    `  preset: ${scalar(cloud)}`,
    '  target: node',
    '',
    '# How the input travels if everything runs in the cloud, which the split is compared with.',
    'input:',
    `  encoding: auto # the best of all encodings; or raw${picture ? ', png, jpeg:90, webp:80' : ''}`,
    '',
    '# Which side needs the outputs; sending them there is part of the plan.',
    'deliver: edge # or cloud',
  ];
}

/** A value as YAML on one line, in quotes only if needed. */
const scalar = (value: string): string =>
  /^[\w./-][\w./*-]*$/.test(value) && parse(value) === value ? value : JSON.stringify(value);

const flow = (value: number | readonly number[]): string =>
  typeof value === 'number' ? String(value) : `[${value.join(', ')}]`;

/** Names come from the model file and may contain anything. */
const oneLine = (text: string, most = 200): string => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').slice(0, most);
