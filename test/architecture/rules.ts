import path from 'node:path';

/** A source tree and how it is meant to be ordered. */
export interface House {
  /** Folders, from the ground up. */
  rooms: readonly string[];
  /** Rooms that import nothing but these. */
  alone: Readonly<Record<string, readonly string[]>>;
  /** Rooms that only these import. */
  guarded: Readonly<Record<string, readonly string[]>>;
  /** Text by path inside the tree, with forward slashes. */
  files: ReadonlyMap<string, string>;
}

interface Import {
  from: string;
  to: string;
}

const IMPORT = /(?:\b(?:from|import)\s+|\bimport\s*\(\s*)['"`](\.{1,2}\/[^'"`]+)['"`]/g;

/** The files that a file imports, of types too; what packages give is left out. */
export function importsOf(file: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(IMPORT)].map(([, target]) =>
    path.posix.join(path.posix.dirname(file), target).replace(/\.js$/, '.ts'),
  );
}

const importsIn = ({ files }: House): Import[] =>
  [...files].flatMap(([from, text]) => importsOf(from, text).map((to) => ({ from, to })));

const roomOf = (file: string) => file.split('/')[0];
const show = ({ from, to }: Import) => `${from} -> ${to}`;

/**
 * The part of the tree that an import of two files ties in the lowest folder that holds both: `a/b/c.ts` and `a/d.ts`
 * are a/b and a/d.ts.
 */
function partsOf({ from, to }: Import): Import {
  const [a, b] = [from.split('/'), to.split('/')];
  let depth = 0;
  while (a[depth] === b[depth] && depth < Math.min(a.length, b.length) - 1) depth++;
  return { from: a.slice(0, depth + 1).join('/'), to: b.slice(0, depth + 1).join('/') };
}

/** Groups that reach each other (Tarjan's strongly connected components), each sorted. */
function circles(imports: readonly Import[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of imports) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to));
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[] = [];
  const visit = (node: string): number => {
    const index = order.size;
    order.set(node, index);
    stack.push(node);
    let least = index;
    for (const other of next.get(node) ?? []) {
      if (!order.has(other)) least = Math.min(least, visit(other));
      else if (stack.includes(other)) least = Math.min(least, low.get(other) ?? order.get(other) ?? index);
    }
    low.set(node, least);
    if (least === index) {
      const group = stack.splice(stack.indexOf(node));
      if (group.length > 1) found.push(group.sort().join(', '));
    }
    return least;
  };
  for (const node of next.keys()) if (!order.has(node)) visit(node);
  return found.sort();
}

/** At most five lines of comment at the very top. */
function hasSign(text: string | undefined): boolean {
  const [, comment] = /^\/\*\*([\s\S]*?)\*\//.exec(text ?? '') ?? [];
  return comment !== undefined && comment.split('\n').filter((line) => /\w/.test(line)).length <= 5;
}

/** Folders of test/ that mirror nothing in src/. */
const ELSEWHERE = [
  // Several files of src/ together; users' commands from end to end; other people's tools; networks of ../shared.
  ...['integration', 'smoke', 'e2e', 'external', 'networks'],
  // What is not in src/.
  ...['bench', 'docs', 'scripts', 'skips', 'architecture'],
];

/**
 * Unit tests that mirror nothing: test/a/b.test.ts tests src/a/b.ts, or all of the folder src/a/b.
 * @param tests paths inside test/
 * @param sources paths inside src/
 */
export function straysOf(tests: readonly string[], sources: readonly string[]): string[] {
  const known = new Set(sources.flatMap((file) => [file.replace(/\.ts$/, ''), path.posix.dirname(file)]));
  return tests
    .filter((file) => file.includes('/') && !ELSEWHERE.includes(roomOf(file)))
    .filter((file) => !known.has(file.replace(/\.test\.ts$/, '')))
    .map((file) => `test/${file}: there is no src/${file.replace('.test.ts', '.ts')}; move it, or to test/integration`);
}

/** What breaks a rule, a line each; nothing where it holds. */
export const RULES = {
  'has no loose file but index.ts': ({ files }: House) =>
    [...files.keys()].filter((file) => !file.includes('/') && file !== 'index.ts'),

  'has a place for every room': ({ files, rooms }: House) => {
    const found = new Set([...files.keys()].filter((file) => file.includes('/')).map(roomOf));
    return [...[...found].filter((room) => !rooms.includes(room)), ...rooms.filter((room) => !found.has(room))];
  },

  'imports downwards alone': (house: House) => {
    // What stands in no list is on top, as index.ts is.
    const floorOf = (file: string) =>
      house.rooms.includes(roomOf(file)) ? house.rooms.indexOf(roomOf(file)) : house.rooms.length;
    return importsIn(house)
      .filter(({ from, to }) => floorOf(to) > floorOf(from))
      .map(show);
  },

  'has no circle of files': (house: House) => circles(importsIn(house)),

  'has no circle of folders': (house: House) => {
    const isFolder = (part: string) => !part.endsWith('.ts');
    const parts = importsIn(house)
      .map(partsOf)
      .filter(({ from, to }) => isFolder(from) && isFolder(to));
    return circles(parts);
  },

  'keeps the planner and the runtime alone, and the ways in above the driver': (house: House) =>
    importsIn(house)
      .filter(
        ({ from, to }) => roomOf(from) !== roomOf(to) && house.alone[roomOf(from)]?.includes(roomOf(to)) === false,
      )
      .map(show),

  'lets few import the report and the pipeline, and nobody a way in': (house: House) =>
    importsIn(house)
      .filter(
        ({ from, to }) => roomOf(from) !== roomOf(to) && house.guarded[roomOf(to)]?.includes(roomOf(from)) === false,
      )
      .map(show),

  'says of every room what it is for': ({ files, rooms }: House) =>
    rooms.filter((room) => !hasSign(files.get(`${room}/index.ts`))),
};
