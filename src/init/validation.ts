import path from 'node:path';
import { readLabels } from '../samples/labels.js';
import { relativeNames } from '../samples/names.js';
import { AutosplitError } from '../util/error.js';
import type { SampleFolder } from './sample-folders.js';

/** Labelled samples of a project. */
export interface LabelledSamples {
  folder: SampleFolder;
  /** Path of the CSV, relative to the project. */
  labels: string;
  /** Whether the labels are class indices, for `top1`; other labels need another metric. */
  areClasses: boolean;
}

/** A CSV and the samples that it labels; undefined if there is none. */
export async function findLabelled(
  root: string,
  folders: readonly SampleFolder[],
  tables: readonly string[],
  classes: readonly number[],
): Promise<LabelledSamples | undefined> {
  for (const labels of tables) {
    for (const folder of folders) {
      const found = await labelsOf(path.join(root, labels), folder.files);
      if (found) return { folder, labels, areClasses: found.every((label) => isClass(label, classes)) };
    }
  }
  return undefined;
}

async function labelsOf(csv: string, files: readonly string[]): Promise<string[] | undefined> {
  try {
    return await readLabels(csv, relativeNames(files.map((file) => path.resolve(file))));
  } catch (error) {
    // The CSV is not a table of labels.
    if (error instanceof AutosplitError) return undefined;
    throw error;
  }
}

const isClass = (label: string, classes: readonly number[]) =>
  /^\d+$/.test(label.trim()) && classes.length > 0 && Number(label) < Math.min(...classes);
