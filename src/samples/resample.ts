/** Interleaved 8-bit pixels. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
}

/** Weights of one output pixel: `weights[i]` times the source pixel `first + i`. */
interface Window {
  first: number;
  weights: Float64Array;
}

/**
 * Resizes with the triangle kernel, widened by the scale when shrinking ("bilinear with antialias"): BILINEAR of Pillow
 * and torchvision, with which most models are trained. Rounded to 8 bits after either pass. Not by libvips, which
 * shifts enlarged pictures by half a pixel; and samples must be the same bytes on every machine.
 */
export function resample(source: Pixels, width: number, height: number): Pixels {
  const wide = source.width === width ? source : alongRows(source, windows(source.width, width));
  return wide.height === height ? wide : alongColumns(wide, windows(wide.height, height));
}

function windows(from: number, to: number): Window[] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const last = Math.min(from, Math.floor(centre + support + 0.5));
    const weights = Float64Array.from({ length: last - first }, (_, j) =>
      Math.max(0, 1 - Math.abs((first + j + 0.5 - centre) / support)),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function alongRows({ data, width, height, channels }: Pixels, targets: readonly Window[]): Pixels {
  const result = new Uint8Array(targets.length * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (const { first, weights } of targets) {
      const start = (y * width + first) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0.5;
        for (let i = 0, from = start + channel; i < weights.length; i++, from += channels)
          sum += weights[i] * data[from];
        result[at++] = sum;
      }
    }
  }
  return { data: result, width: targets.length, height, channels };
}

function alongColumns({ data, width, channels }: Pixels, targets: readonly Window[]): Pixels {
  const row = width * channels;
  const result = new Uint8Array(targets.length * row);
  for (const [y, { first, weights }] of targets.entries()) {
    for (let x = 0; x < row; x++) {
      let sum = 0.5;
      for (let i = 0, from = first * row + x; i < weights.length; i++, from += row) sum += weights[i] * data[from];
      result[y * row + x] = sum;
    }
  }
  return { data: result, width, height: targets.length, channels };
}

/** A part of a picture from (left, top); pixels outside of the picture are black. */
export function window(source: Pixels, left: number, top: number, width: number, height: number): Pixels {
  const { data, channels } = source;
  const result = new Uint8Array(width * height * channels);
  const [from, to] = [Math.max(0, left), Math.min(source.width, left + width)];
  for (let y = Math.max(0, top); y < Math.min(source.height, top + height); y++) {
    const row = data.subarray((y * source.width + from) * channels, (y * source.width + to) * channels);
    result.set(row, ((y - top) * width + from - left) * channels);
  }
  return { data: result, width, height, channels };
}

/** Luma of ITU-R BT.601 in 16-bit fixed point, as Pillow and OpenCV have it. */
export function toGrey({ data, width, height, channels }: Pixels): Pixels {
  if (channels === 1) return { data, width, height, channels };
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++)
    grey[i] = (data[3 * i] * 19595 + data[3 * i + 1] * 38470 + data[3 * i + 2] * 7471 + 0x8000) >> 16;
  return { data: grey, width, height, channels: 1 };
}

export function toColour({ data, width, height, channels }: Pixels): Pixels {
  if (channels === 3) return { data, width, height, channels };
  const colour = new Uint8Array(data.length * 3);
  for (let i = 0; i < colour.length; i++) colour[i] = data[Math.floor(i / 3)];
  return { data: colour, width, height, channels: 3 };
}
