/** A picture with interleaved channels, row by row. */
export interface Picture {
  height: number;
  width: number;
  channels: number;
  values: ArrayLike<number>;
}

/** Peak signal-to-noise ratio in dB; infinite for equal pictures. */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>, range: number): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i] - b[i]) ** 2;
  return 10 * Math.log10((range * range * a.length) / squares);
}

/** Standard deviation and radius of the window, like scikit-image. */
const [SIGMA, RADIUS] = [1.5, 5];
const [K1, K2] = [0.01, 0.03];

/**
 * Structural similarity (Wang et al., Image quality assessment: from error visibility to structural similarity, 2004):
 * Gaussian window of 11 x 11 pixels with deviation 1.5; mean over channels and over pixels whose window is inside the
 * picture.
 */
export function ssim(a: Picture, b: Picture, range: number): number {
  const { channels } = a;
  let sum = 0;
  for (let channel = 0; channel < channels; channel++)
    sum += ssimOfPlane(plane(a, channel), plane(b, channel), a.width, a.height, range);
  return sum / channels;
}

const plane = ({ values, channels, width, height }: Picture, channel: number) =>
  Float64Array.from({ length: width * height }, (_, i) => values[i * channels + channel]);

function ssimOfPlane(a: Float64Array, b: Float64Array, width: number, height: number, range: number): number {
  const blurred = (values: Float64Array) => blur(values, width, height);
  const product = (x: Float64Array, y: Float64Array) => blurred(x.map((value, i) => value * y[i]));
  const [ma, mb, aa, bb, ab] = [blurred(a), blurred(b), product(a, a), product(b, b), product(a, b)];
  const [c1, c2] = [(K1 * range) ** 2, (K2 * range) ** 2];
  let [sum, count] = [0, 0];
  for (let y = RADIUS; y < height - RADIUS; y++)
    for (let x = RADIUS; x < width - RADIUS; x++) {
      const i = y * width + x;
      const [u, v] = [ma[i], mb[i]];
      const structure = (2 * (ab[i] - u * v) + c2) / (aa[i] - u * u + bb[i] - v * v + c2);
      sum += ((2 * u * v + c1) / (u * u + v * v + c1)) * structure;
      count++;
    }
  return count === 0 ? 1 : sum / count;
}

const KERNEL = (() => {
  const weights = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
    Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)),
  );
  const whole = weights.reduce((x, y) => x + y, 0);
  return weights.map((weight) => weight / whole);
})();

function blur(values: Float64Array, width: number, height: number): Float64Array {
  const along = (from: Float64Array, stride: number, place: (i: number) => number, length: number) =>
    from.map((_, i) => {
      let sum = 0;
      for (let k = -RADIUS; k <= RADIUS; k++) {
        const to = Math.min(length - 1, Math.max(0, place(i) + k));
        sum += KERNEL[k + RADIUS] * from[i + (to - place(i)) * stride];
      }
      return sum;
    });
  const rows = along(values, 1, (i) => i % width, width);
  return along(rows, width, (i) => Math.floor(i / width), height);
}
