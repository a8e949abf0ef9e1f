import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type Scalar as YamlScalar,
} from 'yaml';
import type { AutosplitError, ErrorCode } from '../util/error.js';
import type { Entry, Located, LocatedMap, Scalar, Source, Span } from './located.js';
import { problemAt, throwProblems } from './problem.js';

/** Most values of a file. YAML aliases can expand a small file beyond memory. */
const MAX_VALUES = 50_000;

/**
 * Parses YAML or JSON into a map of values with positions. Aliases and merge keys (`<<`) are resolved.
 * @throws AutosplitError with the code `syntax` and all problems of the file
 */
export function parseText(source: Source & { text: string }, syntax: ErrorCode): LocatedMap {
  const document = parseDocument(source.text, { prettyErrors: false, keepSourceTokens: false });
  const problems = [...document.errors, ...document.warnings].map(({ message, pos }) => {
    const hint = lineAt(source.text, pos[0]).includes('${') ? NEEDS_QUOTES : undefined;
    return problemAt({ source, span: pos }, sentence(message), { code: syntax, hint });
  });
  throwProblems(problems);
  const reader: Reader = { source, syntax, document, left: MAX_VALUES, open: new Set(), problems };
  const located = document.contents ? read(document.contents, reader) : undefined;
  throwProblems(problems);
  if (!located || (located.kind === 'scalar' && located.value === null))
    throw problemAt({ source }, 'the file is empty', { code: syntax });
  if (located.kind !== 'map') throw problemAt(located, 'the file must hold keys and values', { code: syntax });
  return located;
}

/** In a flow collection, YAML reads the braces of `${NAME}` as its own. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it shows what to write
const NEEDS_QUOTES = 'inside { } and [ ], text with ${NAME} needs quotes';

const lineAt = (text: string, offset: number) => text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0];

const sentence = (message: string) => message.charAt(0).toLowerCase() + message.slice(1);

interface Reader {
  source: Source;
  syntax: ErrorCode;
  document: Document;
  /** Number of values that may still be read. */
  left: number;
  /** Nodes being read, to detect aliases that contain themselves. */
  open: Set<Node>;
  problems: AutosplitError[];
}

function read(node: Node | null, reader: Reader): Located {
  const { source } = reader;
  const origin = { source, span: spanOf(node) };
  const empty: Located = { ...origin, kind: 'scalar', value: null };
  if (node === null || --reader.left < 0) {
    if (reader.left === -1) return refuse(reader, origin.span, 'the file holds too many values', empty);
    return empty;
  }
  if (isAlias(node)) {
    const target = node.resolve(reader.document);
    if (!target || reader.open.has(target))
      return refuse(reader, origin.span, `the alias *${node.source} contains itself`, empty);
    return read(target, reader);
  }
  reader.open.add(node);
  try {
    if (isMap(node)) return { ...origin, kind: 'map', entries: readEntries(node, reader) };
    if (isSeq(node))
      return { ...origin, kind: 'list', items: node.items.map((item) => read(item as Node | null, reader)) };
    return { ...origin, kind: 'scalar', value: (node as YamlScalar<Scalar>).value };
  } finally {
    reader.open.delete(node);
  }
}

function readEntries(map: YAMLMap, reader: Reader): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const merged: [string, Entry][] = [];
  for (const { key, value } of map.items as Pair<Node, Node | null>[]) {
    const located = read(value, reader);
    if (!isScalar(key)) refuse(reader, spanOf(key), 'a key must be a word', located);
    else if (key.value === '<<' && key.type === 'PLAIN') merged.push(...mergedEntries(located, spanOf(key), reader));
    else entries.set(String(key.value), { key: { source: reader.source, span: spanOf(key) }, value: located });
  }
  // Explicit keys take precedence over merged ones, and earlier merges over later ones.
  for (const [name, entry] of merged) if (!entries.has(name)) entries.set(name, entry);
  return entries;
}

function mergedEntries(located: Located, span: Span | undefined, reader: Reader): [string, Entry][] {
  const maps = located.kind === 'list' ? located.items : [located];
  return maps.flatMap((map) =>
    map.kind === 'map' ? [...map.entries] : refuse(reader, span, '`<<` takes a map or a list of maps', []),
  );
}

function refuse<T>({ source, syntax, problems }: Reader, span: Span | undefined, message: string, instead: T): T {
  problems.push(problemAt({ source, span }, message, { code: syntax }));
  return instead;
}

const spanOf = (node: Node | null | undefined): Span | undefined =>
  node?.range ? [node.range[0], node.range[1]] : undefined;
