import { EdgeError } from '../errors.js';

/** The bytes of a file of the bundle; `onBytes` is told of each piece that arrives. Errors: EdgeError BUNDLE. */
export async function download(
  url: URL,
  fetchFile: typeof fetch,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
  const unreadable = (why: string, cause?: unknown) =>
    new EdgeError('BUNDLE', `cannot read ${url.href}: ${why}`, { cause });
  try {
    const response = await fetchFile(url);
    if (!response.ok) throw unreadable(`status ${response.status}`);
    const pieces: Uint8Array[] = [];
    const reader = response.body?.getReader();
    for (let piece = await reader?.read(); piece?.value; piece = await reader?.read()) {
      pieces.push(piece.value);
      onBytes(piece.value.length);
    }
    return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  } catch (cause) {
    throw cause instanceof EdgeError
      ? cause
      : unreadable(cause instanceof Error ? cause.message : String(cause), cause);
  }
}
