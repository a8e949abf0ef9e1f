import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../util/temporary.js';

/** A folder with the script of a shell and a file to complete. */
export function scripted(text: string): { folder: string; script: string } {
  const folder = temporaryFolder({ 'my config.yaml': '' });
  const script = path.join(folder, 'script');
  writeFileSync(script, text);
  return { folder, script };
}

/** What a shell offers for the last of some words; the words after `autosplit`. */
export const EXPECTED: [words: string[], offered: string[]][] = [
  [['bu'], ['build']],
  [
    ['build', '--solver', ''],
    ['highs', 'search'],
  ],
  [
    ['presets', ''],
    ['cloud', 'edge', 'network'],
  ],
  [['presets', 'edge', 'raspberry-pi-z'], ['raspberry-pi-zero-2w']],
  [['presets', 'network', 'lora-sf1'], ['lora-sf12']],
  [['init', '--edge', 'raspberry-pi-z'], ['raspberry-pi-zero-2w']],
  [['plan', '--edge', 'raspberry-pi-z'], ['raspberry-pi-zero-2w']],
  [['build', '--target', 'onnxruntime-w'], ['onnxruntime-web']],
  [['explain', '--split', 'c'], ['cloud-only']],
  [['completion', 'z'], ['zsh']],
  [['plan', '--config', 'my'], ['my config.yaml']],
  [['build', '--wat'], ['--watch']],
];
