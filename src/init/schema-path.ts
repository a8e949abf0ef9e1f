import { existsSync } from 'node:fs';
import path from 'node:path';
import { relativePath } from '../util/files.js';

const SCHEMA = 'node_modules/autosplit/schemas/config.schema.json';

/**
 * Path of the schema for editors, relative to a config in `root`: in the nearest node_modules with autosplit, or where
 * it will be installed.
 */
export function schemaPath(root: string): string {
  for (let folder = root; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const file = path.join(folder, SCHEMA);
    if (existsSync(file)) return folder === root ? `./${SCHEMA}` : relativePath(root, file);
  }
  return `./${SCHEMA}`;
}
