import path from 'node:path';
import type { Fact } from '../onnx/graph.js';
import { readModel } from '../onnx/read.js';
import { AutosplitError } from '../util/error.js';

/** A model to propose a config for. */
export interface Subject {
  /** Path relative to the project, with `/`. */
  path: string;
  inputs: Fact[];
  outputs: Fact[];
}

/** A file that is not a readable model, with the reason. */
export interface Unreadable {
  path: string;
  error: AutosplitError;
}

/**
 * Reads the models among these files, in their order.
 * @throws AutosplitError MODEL_NOT_FOUND if there are no files; the error of the first file if none can be read
 */
export function readSubjects(
  root: string,
  files: readonly string[],
): { subjects: Subject[]; unreadable: Unreadable[] } {
  const subjects: Subject[] = [];
  const unreadable: Unreadable[] = [];
  for (const file of files) {
    try {
      const { inputs, outputs } = readModel(path.join(root, file)).graph;
      subjects.push({ path: file, inputs, outputs });
    } catch (error) {
      if (!(error instanceof AutosplitError)) throw error;
      unreadable.push({ path: file, error });
    }
  }
  if (subjects.length > 0) return { subjects, unreadable };
  if (unreadable.length > 0) throw unreadable[0].error;
  throw new AutosplitError('MODEL_NOT_FOUND', `there is no .onnx file in ${root} or below`, {
    hint: 'put the exported network into the project, or name it with --model',
  });
}
