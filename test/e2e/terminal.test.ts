import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { noTerminal, onWindows } from '../skips/platform.js';
import { unless } from '../skips/unless.js';
import { autosplit, cli, type Outcome, project, scratch, UNLABELLED } from './project.js';

/** What terminals take for the start of a command. */
const ESCAPE = '\u001b';

/** A text whose figures do not matter. */
const masked = (text: string) =>
  text
    .replaceAll(/\d+(\.\d+)?/g, '#')
    .replaceAll(/(# (?:ns|µs|ms|s|B|kB|MB)\b)/g, (unit) => unit.replace(/ .*/, ' u'))
    .replaceAll(/ {2,}/g, '  ')
    .replaceAll(/[█▒░]{2,}/g, '=');

let folder: string;
let build: Outcome;
beforeAll(async () => {
  folder = project({ split: { after: ['/down2/relu/Relu_output_0'] } });
  build = await autosplit(folder, ['build']);
});

describe('off a terminal', () => {
  test('progress is plain lines on stderr, two for each stage', () => {
    expect(build.stderr).not.toContain(ESCAPE);
    expect(build.stderr.replaceAll(/\[[\d.]+ s\]/g, '[T]').split('\n')).toEqual(
      [
        'Read and optimise the model',
        'Open the samples',
        'Calibrate on the samples',
        'Search cut and bits',
        'Run the float model',
        'Quantize and measure plans',
        'Quantize the plan',
        'Generate the bundle',
        'Verify as two processes',
        'Write the report',
      ].flatMap((title) => [`❯ ${title}`, `✔ ${title} [T]`]),
    );
  });

  test('the result names cut, times, memory, baselines, files and what is next', () => {
    expect(build.exitCode).toBe(0);
    expect(build.stdout).not.toContain(ESCAPE);
    expect(masked(build.stdout)).toMatchInlineSnapshot(`
      "
      default: # of # layers on the edge, which sends /down#/relu/Relu_output_# [#x#x#x#] at # bits, deflate, # u
      no plan of the given cut is more than # % faster than # u, regardless of accuracy
      warning: # calibration samples are few: ranges are found on them; give at least #, better # to #
      warning: inconclusive: the # % interval of the drop reaches # %, the limit is # %: about # samples would tell

      =  # u
      █ edge # u  ▒ link # u  ░ cloud # u

      edge RAM  # u of # u (# %): weights # u, activations # u
      edge disk  # u: packed weights # u, graph about # u (predicted)
      accuracy  metric.mjs # % measured on # samples, float # %: drop # % (# %: -# % to # %), limit # %; inconclusive: about # samples would tell
      edge weights  # layers at # bits
      edge energy  # mJ: layers # µJ, radio # mJ, idle # J
      bound  no plan of the given cut can be faster than # u (# % less) by this cost model, regardless of accuracy; proven
      device  the edge side is for trying the split in Node.js and does not run on Eyeriss: a target of your own can generate for it (docs/extending.md)
      cloud  the prediction is for Google TPU v#, as in Auto-Split in fp#; server.mjs computes in fp# on the CPU of its machine

        edge  link  cloud  total  times as long  RAM  accuracy
      autosplit  # u  # u  # u  # u  # u  # %
      cloud-only  # u  # u  # u  # u  # u  not measured
      cloud-only-raw  # u  # u  # u  # u  #x  # u  float
      edge-only  # u  # u  # u  # u  # u  not measured  breaks memory # u over # u
      uniform-#  # u  # u  # u  # u  # u  not measured  breaks memory # u over # u
      uniform-#  # u  # u  # u  # u  # u  not measured  breaks memory # u over # u
      uniform-#  # u  # u  # u  # u  # u  not measured  breaks memory # u over # u
      neurosurgeon  # u  # u  # u  # u  # u  not measured  breaks memory # u over # u
      dads  # u  # u  # u  # u  # u  not measured  breaks memory # u over # u
      qdmp  # u  # u  # u  # u  # u  not measured  breaks memory # u over # u
      qdmp-quantized  # u  # u  # u  # u  # u  not measured  breaks memory # u over # u
      auto-split  # u  # u  # u  # u  #x  # u  # %  inconclusive

        total  sent  RAM  metric.mjs  drop  # %  samples  measured
      # u  # u, # bits deflate  # u  # %  # %  -# % to # %  #  after /down#/relu/Relu_output_#  inconclusive
      # u  # u, # bits deflate  # u  # %  # %  -# % to # %  #  after /down#/relu/Relu_output_#  inconclusive

      verified  # samples through both sides as two processes: all # u of codes equal, all outputs equal
      against float  logits # dB

      autosplit/.gitattributes  # u
      autosplit/cloud/README.md  # u
      autosplit/cloud/model.onnx  # u
      autosplit/cloud/package.json  # u
      autosplit/cloud/server.mjs  # u
      autosplit/cloud/weights.bin  # u
      autosplit/edge/README.md  # u
      autosplit/edge/edge.d.mts  # u
      autosplit/edge/edge.mjs  # u
      autosplit/edge/model.onnx  # u
      autosplit/edge/package.json  # u
      autosplit/edge/weights.bin  # u
      autosplit/quantization-table.csv  # u
      autosplit/quantization-table.json  # u
      autosplit/report.html  # u
      autosplit/split-manifest.json  # u

      next
        git add autosplit
        node autosplit/cloud/server.mjs --port #
        # no generated side runs on the device (see above); to try the split in Node.js:
        import { createEdge } from './autosplit/edge/edge.mjs'  # then: await edge.infer({ image })
      "
    `);
  });

  test('figures are those of the plan', () => {
    const { plan } = JSON.parse(readFileSync(path.join(folder, 'autosplit/split-manifest.json'), 'utf8'));
    expect(build.stdout).toContain(`${(1000 * plan.latency.total).toFixed(1)} ms`);
    expect(build.stdout).toContain(`${plan.cut[0].bytes} B`);
  });

  test('errors have no colours, unless FORCE_COLOR asks for them', async () => {
    const fail = (env: Record<string, string>) => autosplit(scratch(), ['plan'], { env });
    expect((await fail({})).stderr).not.toContain(ESCAPE);
    expect((await fail({ NO_COLOR: '1' })).stderr).not.toContain(ESCAPE);
    expect((await fail({ FORCE_COLOR: '0' })).stderr).not.toContain(ESCAPE);
    expect((await fail({ FORCE_COLOR: '1' })).stderr).toContain(ESCAPE);
  });

  test('a reader that stops reading is no failure', unless(onWindows), () => {
    const said = execFileSync(
      'sh',
      ['-c', `for i in 1 2 3; do "${process.execPath}" "${cli}" presets --json | true; done 2>&1`],
      {
        encoding: 'utf8',
      },
    );
    expect(said).toBe('');
  });

  test('from elsewhere, paths are those that work there; --quiet leaves the result alone', async () => {
    const other = project({ ...UNLABELLED, split: 'cloud-only' });
    const { stdout, stderr } = await autosplit(`${other}/data`, ['build', '--cwd', '..', '--quiet']);
    expect(stderr).toBe('');
    expect(stdout).toContain('git add ../autosplit\n');
    expect(stdout).toContain('node ../autosplit/cloud/server.mjs --port 8080\n');
    expect(stdout).toContain("from '../autosplit/edge/edge.mjs'");
  });
});

describe('on a terminal', unless(noTerminal), () => {
  const inTerminal = (args: string, env: Record<string, string>) => {
    const { CI: _, FORCE_COLOR: __, NO_COLOR: ___, ...surroundings } = process.env;
    const command = `stty cols 100; ${process.execPath} ${cli} ${args}; true`;
    return execFileSync('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...surroundings, ...env },
    });
  };

  test('errors are coloured, but not where NO_COLOR is set', () => {
    expect(inTerminal('plan --config other.yaml', {})).toContain(ESCAPE);
    expect(inTerminal('plan --config other.yaml', { NO_COLOR: '1' })).not.toContain(ESCAPE);
  });

  test('the cursor is back in the end', () => {
    const said = inTerminal('plan', {});
    expect(said).toContain('\u001b[?25l');
    expect(said.lastIndexOf('\u001b[?25h')).toBeGreaterThan(said.lastIndexOf('\u001b[?25l'));
  });
});
