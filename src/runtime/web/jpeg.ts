/**
 * Markers of segments that say nothing about pixels: JFIF, Exif, colour profiles and the like, and comments. Adobe's
 * decides on colours.
 */
const isProse = (marker: number): boolean => (marker >= 0xe0 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;
const START_OF_SCAN = 0xda;

/**
 * A JPEG without what describes it: Chromium's canvas writes half a kilobyte of sRGB profile into each, which is what
 * everybody assumes anyway. What is no JPEG stays as it is.
 */
export function withoutProse(jpeg: Uint8Array): Uint8Array {
  const kept: [from: number, to: number][] = [[0, 2]];
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== START_OF_SCAN) {
    const end = at + 2 + 256 * jpeg[at + 2] + jpeg[at + 3];
    if (!isProse(jpeg[at + 1])) kept.push([at, end]);
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
