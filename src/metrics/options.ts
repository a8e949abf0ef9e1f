/** A built-in metric and its options, as schemas/config.schema.json says. */
export interface MetricOptions {
  name: string;
  output?: string;
  alphabet?: string | readonly string[];
  blank?: number;
  head?: 'yolov5' | 'yolov8' | 'ssd' | 'decoded';
  boxes?: 'corners' | 'centre';
  normalized?: boolean;
  background?: boolean;
  confidence?: number;
  suppression?: number;
  range?: number;
  scale?: number;
  class?: number;
}
