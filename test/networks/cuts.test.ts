import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeBundle } from '../../src/bundle/index.js';
import { loadConfig } from '../../src/config/load.js';
import { openSplit } from '../../src/evaluate/run.js';
import { openModel } from '../../src/inference/session.js';
import { alternativesTo } from '../../src/pipeline/alternatives.js';
import type { Planned } from '../../src/pipeline/artefacts.js';
import { documentOf } from '../../src/pipeline/document.js';
import { plan } from '../../src/pipeline/index.js';
import { account } from '../../src/planner/core/accounting.js';
import type { PlanAssignment } from '../../src/planner/core/problem.js';
import { decisionOf } from '../../src/quantize/decision.js';
import { quantizeSplit } from '../../src/quantize/index.js';
import { discardFolder, stageFolder } from '../../src/util/folder.js';
import { verifyBundle } from '../../src/verify/index.js';
import { noShared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { NETWORKS, writeProject } from './networks.js';

/** Network -> how many of its cuts behind a layer are tried, spread evenly. */
const CASES = { 'mnist-8': Infinity, dscnn: Infinity, mobilenetv2: 6, fastestdet: 6 };

/** The first `count` layers on the edge with 8 bits everywhere. */
function prefix({ problem }: Planned, count: number): PlanAssignment {
  const { layers, tensors, deliver } = problem;
  const edge = layers.map((_, i) => i < count);
  const widest = (bits: number[], wanted: number) => Math.max(0, bits.indexOf(wanted));
  const readInCloud = new Set(layers.flatMap((layer, i) => (edge[i] ? [] : layer.inputs)));
  return {
    edge,
    option: layers.map(({ options }, i) =>
      edge[i]
        ? widest(
            options.map((option) => option.weightBits),
            8,
          )
        : -1,
    ),
    wire: tensors.map(({ producer, wire, isOutput }, t) => {
      const crosses = (producer < 0 || edge[producer]) && (readInCloud.has(t) || (deliver === 'cloud' && isOutput));
      return crosses
        ? widest(
            wire.map((option) => option.bits),
            8,
          )
        : -1;
    }),
  };
}

describe('a cut behind any layer, 8 bits everywhere', unless(noShared), () => {
  it.each(Object.entries(CASES))('%s', async (name, most) => {
    const calibration = { ...NETWORKS[name].calibration, samples: 4 };
    const project = await writeProject(
      { ...NETWORKS[name], validation: undefined, calibration },
      { errorModel: 'relative' },
    );
    const workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-cuts-'));
    const [config] = await loadConfig({ cwd: project });
    const planned = await plan(config, { run: async (_, stage) => stage(() => {}), workDir });
    const { loaded, profile, problem, samples } = planned;
    const float = await openModel(loaded.model, workDir, 'float');
    const feeds = await samples.load(1);
    const reference = await float.run(feeds);
    const layers = loaded.layers.length;
    const tried = Math.min(most, layers + 1);
    for (let i = 0; i < tried; i++) {
      const assignment = prefix(planned, tried === 1 ? 0 : Math.round((i * layers) / (tried - 1)));
      const candidate = { ...account(problem, assignment), assignment };
      const split = quantizeSplit(decisionOf(candidate, problem), { ...loaded, profile });
      const evaluation = {
        metric: 'fidelity',
        samples: 0,
        float: 1,
        quantized: 1,
        drop: 0,
        limit: null,
        interval: [0, 0] as [number, number],
      };
      const selection = { plan: candidate, evaluation, measured: [] };
      const document = documentOf(planned, alternativesTo(planned, selection), selection);
      const inputs = { config: {}, presets: {}, presetVersions: {}, model: {}, calibration: {} };
      const bundle = await makeBundle({
        config,
        targets: planned.targets,
        ...loaded,
        profile,
        split,
        document,
        inputs,
      });
      const staged = await stageFolder(path.join(workDir, 'bundle'), bundle.files);
      const inProcess = await openSplit(split, workDir);
      const verification = await verifyBundle({
        ...bundle,
        folder: staged,
        workDir,
        samples: [{ name: samples.names[1], feeds, expected: await inProcess.run(feeds), reference }],
      });
      // The same kernels on the same codes: nothing at all may differ.
      expect(verification.outputDifference).toBe(0);
      expect(verification.wireBytes > 0).toBe(candidate.crossing.length > 0);
      await inProcess.close();
      await discardFolder(staged);
    }
    await float.close();
    await rm(workDir, { recursive: true });
    await rm(project, { recursive: true });
  });
});
