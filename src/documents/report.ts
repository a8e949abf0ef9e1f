import type { PresetCommon, SourcedNumber } from '../config/preset.js';
import type { ResolvedConfig } from '../config/resolved.js';
import type { PlanDocument } from './plan.js';

/** What two processes did with samples, as verification reports it; verify/ comes after this stage. */
export interface Verified {
  samples: number;
  /** Sides whose target does not say how to run them: onnxruntime ran their models instead. */
  notRun?: ('edge' | 'cloud')[];
  wireBytes: number;
  outputDifference: number;
  outputs: { name: string; sqnr: number | null; top1Agreement: number | null; equalSamples: number }[];
}

/**
 * Everything that the report of a bundle shows, as plain data: report.html holds it, so that it can be drawn again
 * without a build.
 */
export interface ReportDocument {
  version: 1;
  plan: PlanDocument;
  verification: Verified;
  targets: { edge: string; cloud: string };
  devices: { edge: DeviceSheet; network: DeviceSheet; cloud: DeviceSheet };
}

/** A device or a link with the source of every number. */
export interface DeviceSheet {
  /** Of the preset; absent where the config describes the device by itself. */
  preset?: { name: string; version: number; confidence: string };
  title: string;
  description: string;
  numbers: SourcedNumber[];
}

export interface ReportSources {
  config: ResolvedConfig;
  document: PlanDocument;
  verification: Verified;
}

export function reportDocument({ config, document, verification }: ReportSources): ReportDocument {
  const { edge, link, cloud } = config;
  return {
    version: 1,
    plan: document,
    verification,
    targets: { edge: edge.target, cloud: cloud.target },
    devices: { edge: sheet(edge), network: sheet(link), cloud: sheet(cloud) },
  };
}

function sheet({
  preset,
  origin,
  sources,
}: Pick<ResolvedConfig['edge' | 'link' | 'cloud'], 'origin' | 'sources'> & { preset: PresetCommon }): DeviceSheet {
  const { title, description, confidence } = preset;
  return {
    ...(origin && { preset: { name: origin.name, version: origin.version, confidence } }),
    title,
    description,
    numbers: sources,
  };
}
