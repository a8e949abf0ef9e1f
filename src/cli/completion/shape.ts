import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Command, Option } from 'commander';
import { BUILT_IN } from '../../api/targets.js';
import type { PresetKind } from '../../config/preset.js';
import { PRESET_KINDS, presetsFolder } from '../../config/preset-load.js';

/** Kind of value to complete: one of these words, a file, a folder, or free text. */
export type Values = { words: string[] } | 'file' | 'folder' | 'other';

/** An option with what a shell needs to complete it. */
export interface OptionShape {
  /** `-c` and `--config`. */
  flags: string[];
  description: string;
  /** Undefined where it takes no value. */
  values?: Values;
}

export interface CommandShape {
  name: string;
  description: string;
  options: OptionShape[];
  /** Words that may follow: by the command for its first argument, by the argument before for the next one. */
  follows: Record<string, string[]>;
}

/** The commands with everything that can be completed. Presets are the built-in ones. */
export function shapeOf(root: Command): CommandShape[] {
  return root.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [
      ...command.options.map(optionShape),
      { flags: ['-h', '--help'], description: 'display help for command' },
    ],
    follows: followsOf(command),
  }));
}

function optionShape(option: Option): OptionShape {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined && flag !== null);
  const values = valuesOf(option);
  return { flags, description: option.description, ...(values && { values }) };
}

function valuesOf({ flags, argChoices }: Option): Values | undefined {
  if (argChoices) return { words: [...argChoices] };
  const [, placeholder] = /[<[]([^>\].=]+)/.exec(flags) ?? [];
  if (placeholder === undefined) return undefined;
  if (placeholder === 'file' || placeholder === 'files') return 'file';
  if (placeholder === 'folder') return 'folder';
  if (placeholder === 'target') return { words: [...BUILT_IN.edge] };
  return placeholder === 'preset' ? { words: presetNames(flags.replaceAll(/^--| .*/g, '')) } : 'other';
}

function followsOf(command: Command): Record<string, string[]> {
  const [first] = command.registeredArguments;
  if (command.name() === 'presets')
    return { presets: [...PRESET_KINDS], ...Object.fromEntries(PRESET_KINDS.map((kind) => [kind, presetNames(kind)])) };
  return first?.argChoices ? { [command.name()]: [...first.argChoices] } : {};
}

const isKind = (text: string): text is PresetKind => (PRESET_KINDS as readonly string[]).includes(text);

const presetNames = (kind: string): string[] =>
  isKind(kind)
    ? readdirSync(path.join(presetsFolder(), kind))
        .map((file) => path.basename(file, '.yaml'))
        .sort()
    : [];
