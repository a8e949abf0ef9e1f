import path from 'node:path';
import { escapePath } from 'tinyglobby';

export type SampleKind = 'images' | 'inputs' | 'audio';

/** Samples of one kind that a glob matches, relative to the project, with `/`. */
export interface SampleFolder {
  kind: SampleKind;
  pattern: string;
  files: string[];
}

const KINDS: Record<string, SampleKind> = {
  jpg: 'images',
  jpeg: 'images',
  png: 'images',
  webp: 'images',
  tif: 'images',
  tiff: 'images',
  npy: 'inputs',
  npz: 'inputs',
  wav: 'audio',
};

/** Names that tell what a folder is for. Validation folders come last: calibration samples should be others. */
const LIKELY = [/calib|represent/i, /train|sample/i, /./, /val|test|eval/i];
const PURPOSE = new RegExp([LIKELY[0], LIKELY[1], LIKELY[3]].map((name) => name.source).join('|'), 'i');

/** Groups sample files into globs, the most likely calibration set first. Sibling folders of classes are one set. */
export function sampleFolders(files: readonly string[]): SampleFolder[] {
  const groups = new Map<string, { kind: SampleKind; folder: string; files: string[] }>();
  for (const file of files) {
    const kind = KINDS[endingOf(file).toLowerCase()];
    if (kind === undefined) continue;
    const folder = path.posix.dirname(file);
    const key = `${kind} ${folder}`;
    const group = groups.get(key) ?? { kind, folder, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  const folders = mergeClasses([...groups.values()]).map(({ kind, glob, files: own }) => {
    const prefix = glob === '.' ? '' : `${glob}/`;
    return { kind, pattern: `${prefix}*.${endings(own)}`, files: own };
  });
  return folders.sort(
    (a, b) => rank(a) - rank(b) || b.files.length - a.files.length || (a.pattern < b.pattern ? -1 : 1),
  );
}

interface Group {
  kind: SampleKind;
  folder: string;
  files: string[];
}

/**
 * Joins sibling folders: `data/cat/*` and `data/dog/*` become `data/[*]/*`, unless their names tell what they are for.
 */
function mergeClasses(groups: readonly Group[]): (Omit<Group, 'folder'> & { glob: string })[] {
  const parentOf = ({ kind, folder }: Group) => (folder === '.' ? undefined : `${kind} ${path.posix.dirname(folder)}`);
  const isClass = ({ folder }: Group) => !PURPOSE.test(path.posix.basename(folder));
  const siblings = (group: Group) => groups.filter((other) => isClass(other) && parentOf(other) === parentOf(group));
  return groups.flatMap((group) => {
    const family = isClass(group) && parentOf(group) !== undefined ? siblings(group) : [];
    if (family.length < 2) return [{ kind: group.kind, glob: escapePath(group.folder), files: group.files }];
    if (family[0] !== group) return [];
    const parent = path.posix.dirname(group.folder);
    return [
      {
        kind: group.kind,
        glob: parent === '.' ? '*' : `${escapePath(parent)}/*`,
        files: family.flatMap(({ files }) => files).sort(),
      },
    ];
  });
}

const endingOf = (file: string) => path.posix.extname(file).slice(1);

function endings(files: readonly string[]): string {
  const found = [...new Set(files.map(endingOf))].sort();
  return found.length === 1 ? found[0] : `{${found.join(',')}}`;
}

const rank = ({ pattern }: SampleFolder) => {
  const folder = path.posix.dirname(pattern);
  return [0, 1, 3].find((index) => LIKELY[index].test(folder)) ?? 2;
};
