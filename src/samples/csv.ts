/** One record of a CSV file; `line` counts from 1, where the record begins. */
export interface CsvRecord {
  line: number;
  fields: string[];
}

/**
 * Parses CSV (RFC 4180): fields may be quoted, quotes inside are doubled, lines end in LF or CRLF; a byte order mark
 * and empty lines are skipped. Throws a plain Error with the line for a quote that is not closed or text behind one.
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1;
  let record: CsvRecord = { line, fields: [] };
  // A field, then what ends it. The parts of a quoted field are "..." runs without a quote inside, and doubled quotes.
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  pattern.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  while (true) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match)
      throw new CsvError(
        line,
        text[at] === '"'
          ? 'a quoted field is not closed, or something follows its quote'
          : 'a quote inside a field that is not quoted',
      );
    const [whole, quoted, plain, end] = match;
    record.fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    if (record.fields.length > 1 || record.fields[0] !== '') records.push(record);
    if (end === '') return records;
    record = { line, fields: [] };
  }
}

export class CsvError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}
