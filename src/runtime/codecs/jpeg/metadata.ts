/**
 * Markers of segments that do not change pixels: APP0 to APP15 (JFIF, Exif, colour profiles) and comments. APP14 is
 * Adobe's, which says how colours are stored.
 */
const isMetadata = (marker: number): boolean =>
  (marker >= 0xe0 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;
const START_OF_SCAN = 0xda;

/**
 * A JPEG without its metadata: Chromium's canvas writes half a kilobyte of sRGB profile into each file, and decoders
 * assume sRGB without it. Bytes that are no JPEG stay as they are.
 */
export function withoutMetadata(jpeg: Uint8Array): Uint8Array {
  const kept: [from: number, to: number][] = [[0, 2]];
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== START_OF_SCAN) {
    const end = at + 2 + 256 * jpeg[at + 2] + jpeg[at + 3];
    if (!isMetadata(jpeg[at + 1])) kept.push([at, end]);
    at = end;
  }
  kept.push([at, jpeg.length]);
  const result = new Uint8Array(
    kept.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, jpeg.length) - from), 0),
  );
  let written = 0;
  for (const [from, to] of kept) {
    const part = jpeg.subarray(from, to);
    result.set(part, written);
    written += part.length;
  }
  return result;
}
