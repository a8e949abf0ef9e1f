import sharp from 'sharp';
import { invalidSample } from './elements.js';
import { type Pixels, resample, toColour, toGrey, window } from './resample.js';
import type { Preprocess } from './types.js';

type Geometry = Pick<Preprocess, 'resize' | 'fit' | 'crop' | 'channels'>;

/**
 * Decodes and reshapes an image to 8-bit pixels, RGB or grey, in this order: turned upright by its EXIF tag, laid on
 * black where it is transparent, made grey where grey is wanted, resized, cropped. Throws SAMPLES_INVALID.
 */
export async function readPicture(
  file: string,
  name: string,
  { resize, fit, crop, channels }: Geometry,
): Promise<Pixels> {
  const decoded = await decode(file, name);
  const coloured = channels === 'grey' ? toGrey(decoded) : toColour(decoded);
  const resized =
    typeof resize === 'number' ? shortSide(coloured, resize) : resize ? FITS[fit](coloured, ...resize) : coloured;
  if (!crop) return resized;
  const [width, height] = crop;
  if (width > resized.width || height > resized.height) {
    const hint = 'resize to at least the size of the crop';
    throw invalidSample(file, `cannot crop ${width}x${height} from ${resized.width}x${resized.height} pixels`, {
      name,
      hint,
    });
  }
  return centre(resized, width, height);
}

async function decode(file: string, name: string): Promise<Pixels> {
  const fail = (cause: unknown) => invalidSample(file, `cannot be decoded (${firstLine(cause)})`, { name, cause });
  const { pages = 1 } = await sharp(file)
    .metadata()
    .catch((cause: unknown) => {
      throw fail(cause);
    });
  if (pages > 1)
    throw invalidSample(file, `an image of ${pages} frames`, { name, hint: 'give one still image per sample' });
  const { data, info } = await sharp(file, { failOn: 'error', autoOrient: true })
    .flatten({ background: 'black' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw fail(cause);
    });
  const { width, height, channels } = info;
  if (channels !== 1 && channels !== 3) throw invalidSample(file, `${channels} colour channels`, { name });
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels };
}

/** Scales the short side to `side`; the long side is rounded down, as torchvision's Resize does. */
function shortSide(picture: Pixels, side: number): Pixels {
  const { width, height } = picture;
  if (width < height) return resample(picture, side, Math.max(1, Math.floor((side * height) / width)));
  return resample(picture, Math.max(1, Math.floor((side * width) / height)), side);
}

const FITS: Record<Preprocess['fit'], (picture: Pixels, width: number, height: number) => Pixels> = {
  /** Stretched to the size. */
  fill: resample,
  /** Scaled to cover the size, then cropped to its centre. */
  cover: (picture, width, height) =>
    centre(scaled(picture, Math.max(width / picture.width, height / picture.height), width, height), width, height),
  /** Scaled to fit into the size, centred on black. */
  contain: (picture, width, height) =>
    centre(scaled(picture, Math.min(width / picture.width, height / picture.height), width, height), width, height),
};

/** Scaled uniformly; the side that decides the scale meets its size exactly. */
function scaled(picture: Pixels, scale: number, width: number, height: number): Pixels {
  const side = (length: number, wanted: number) =>
    wanted / length === scale ? wanted : Math.max(1, Math.round(length * scale));
  return resample(picture, side(picture.width, width), side(picture.height, height));
}

/** The centre; of an odd margin the smaller part is on the left and at the top. */
function centre(picture: Pixels, width: number, height: number): Pixels {
  return window(
    picture,
    Math.floor((picture.width - width) / 2),
    Math.floor((picture.height - height) / 2),
    width,
    height,
  );
}

const firstLine = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];
