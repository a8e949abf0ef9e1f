import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as api from '../src/index.js';

test('the names that a program can import', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "AutosplitError",
      "ERROR_CODES",
      "build",
      "check",
      "compare",
      "defineCloudTarget",
      "defineConfig",
      "defineEdgeTarget",
      "listPresets",
      "loadConfig",
      "loadPreset",
      "plan",
      "simulateV2",
    ]
  `);
});

test('the types that a program can import', () => {
  const text = readFileSync('src/index.ts', 'utf8');
  const types = [...text.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, all, names]) =>
    names.split(',').flatMap((name) => {
      const [, marked, , as] = /^(type )?(\w+ as )?(\w+)$/.exec(name.trim()) ?? [];
      return as !== undefined && (all || marked) ? [as] : [];
    }),
  );
  expect(types.sort()).toMatchInlineSnapshot(`
    [
      "AutosplitErrorOptions",
      "BuildResult",
      "CheckResult",
      "CloudPreset",
      "CloudSide",
      "CloudTarget",
      "CloudTargetDefinition",
      "CompareDocument",
      "CompareOptions",
      "ConfigOptions",
      "ConfigOverrides",
      "DenseConvolution",
      "Device",
      "EdgePreset",
      "EdgeRun",
      "EdgeSide",
      "EdgeTarget",
      "EdgeTargetDefinition",
      "ErrorCode",
      "FileContent",
      "LinkPreset",
      "LoadOptions",
      "LoadedPreset",
      "MergedConfig",
      "Metric",
      "MetricTensor",
      "PlanDocument",
      "PlanOptions",
      "Port",
      "PortType",
      "PresetKind",
      "PresetOf",
      "ProgressEvent",
      "QuantizationTable",
      "QuantizedTensor",
      "ResolvedConfig",
      "ScaleSim",
      "SideModel",
      "SimulationReport",
      "SourceLocation",
      "SourcedNumber",
      "SplitSpec",
      "TargetFiles",
      "UserConfig",
      "Verification",
      "WeightPart",
      "WireTensor",
      "WorkOptions",
    ]
  `);
});
