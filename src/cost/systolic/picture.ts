import { type DenseConvolution, windowsAlong } from './geometry.js';

/**
 * The input of a convolution. Windows (m) are numbered along rows of outputs, elements (k) of a window along its rows,
 * then columns, then channels. The frame holds all windows, a last row or column of partial ones too; what is beyond
 * the edge of the picture is never requested. SCALE-Sim v2, "compute cycles".
 */
export interface Picture {
  conv: DenseConvolution;
  outputHeight: number;
  outputWidth: number;
  frameWidth: number;
  /** Words of the frame. */
  size: number;
  /** Rows and columns of the last windows down and across that are inside the picture. */
  lastRows: number;
  lastColumns: number;
  /** No window is partial. */
  isComplete: boolean;
  /** No word is in two windows. */
  isDistinct: boolean;
  /** Distinct words that the windows touch. */
  touched: number;
  /** Words of all windows, those in two windows twice. */
  requested: number;
}

/** Lays out the input of a dense convolution. */
export function pictureOf(conv: DenseConvolution): Picture {
  const { inputHeight, inputWidth, channels, kernelHeight, kernelWidth, strideHeight, strideWidth } = conv;
  const outputHeight = windowsAlong(inputHeight, kernelHeight, strideHeight);
  const outputWidth = windowsAlong(inputWidth, kernelWidth, strideWidth);
  const down = side(inputHeight, kernelHeight, strideHeight, outputHeight);
  const across = side(inputWidth, kernelWidth, strideWidth, outputWidth);
  const frameWidth = across.frame;
  return {
    conv,
    outputHeight,
    outputWidth,
    frameWidth,
    size: down.frame * frameWidth * channels,
    lastRows: down.last,
    lastColumns: across.last,
    isComplete: down.last === kernelHeight && across.last === kernelWidth,
    isDistinct: down.isDistinct && across.isDistinct,
    touched: down.touched * across.touched * channels,
    requested: down.requested * across.requested * channels,
  };
}

/** One direction of a picture. Only the last window can be partial, by the way windows are counted. */
function side(size: number, kernel: number, stride: number, windows: number) {
  const start = (windows - 1) * stride;
  const last = Math.max(0, Math.min(kernel, size - start));
  return {
    frame: start + kernel,
    last,
    isDistinct: windows === 1 || stride >= kernel,
    requested: (windows - 1) * kernel + last,
    touched: stride >= kernel ? (windows - 1) * kernel + last : Math.min(size, start + kernel),
  };
}

/** Offsets into the frame: element k of window m is word windows[m] + elements[k]. */
export function offsetsOf({ conv, outputHeight, outputWidth, frameWidth }: Picture): {
  windows: Int32Array;
  elements: Int32Array;
} {
  const { channels, kernelHeight, kernelWidth, strideHeight, strideWidth } = conv;
  const windows = new Int32Array(outputHeight * outputWidth);
  for (let row = 0, m = 0; row < outputHeight; row++)
    for (let column = 0; column < outputWidth; column++)
      windows[m++] = (row * strideHeight * frameWidth + column * strideWidth) * channels;
  const elements = new Int32Array(kernelHeight * kernelWidth * channels);
  for (let row = 0, k = 0; row < kernelHeight; row++)
    for (let i = 0; i < kernelWidth * channels; i++) elements[k++] = row * frameWidth * channels + i;
  return { windows, elements };
}

/** Whether element `k` of window `m` is inside the picture. */
export function isInside(picture: Picture, m: number, k: number): boolean {
  const { conv, outputHeight, outputWidth, lastRows, lastColumns } = picture;
  if (m >= (outputHeight - 1) * outputWidth && k >= lastRows * conv.kernelWidth * conv.channels) return false;
  return m % outputWidth < outputWidth - 1 || Math.floor(k / conv.channels) % conv.kernelWidth < lastColumns;
}

/** Calls `visit` with every run of elements [from, to) of window `m` that are inside the picture. */
export function elementRuns(picture: Picture, m: number, visit: (from: number, to: number) => void): void {
  const { conv, outputHeight, outputWidth, lastRows, lastColumns } = picture;
  const rows = m >= (outputHeight - 1) * outputWidth ? lastRows : conv.kernelHeight;
  const row = conv.kernelWidth * conv.channels;
  if (m % outputWidth < outputWidth - 1 || lastColumns === conv.kernelWidth) visit(0, rows * row);
  else for (let i = 0; i < rows; i++) visit(i * row, i * row + lastColumns * conv.channels);
}

/** Calls `visit` with every run of windows [from, to) of which element `k` is inside the picture. */
export function windowRuns(picture: Picture, k: number, visit: (from: number, to: number) => void): void {
  const { conv, outputHeight, outputWidth, lastRows, lastColumns } = picture;
  const rows = k >= lastRows * conv.kernelWidth * conv.channels ? outputHeight - 1 : outputHeight;
  if (Math.floor(k / conv.channels) % conv.kernelWidth < lastColumns) visit(0, rows * outputWidth);
  else for (let i = 0; i < rows; i++) visit(i * outputWidth, (i + 1) * outputWidth - 1);
}

/** Calls `visit` with every window and its element that are one word of the frame. */
export function occurrences(picture: Picture, word: number, visit: (m: number, k: number) => void): void {
  const { conv, outputHeight, outputWidth, frameWidth } = picture;
  const { channels, kernelHeight, kernelWidth, strideHeight, strideWidth } = conv;
  const channel = word % channels;
  const pixel = (word - channel) / channels;
  const x = pixel % frameWidth;
  const y = (pixel - x) / frameWidth;
  const lastRow = Math.min(outputHeight - 1, Math.floor(y / strideHeight));
  const lastColumn = Math.min(outputWidth - 1, Math.floor(x / strideWidth));
  const firstColumn = Math.max(0, Math.ceil((x - kernelWidth + 1) / strideWidth));
  for (let row = Math.max(0, Math.ceil((y - kernelHeight + 1) / strideHeight)); row <= lastRow; row++)
    for (let column = firstColumn; column <= lastColumn; column++)
      visit(
        row * outputWidth + column,
        ((y - row * strideHeight) * kernelWidth + (x - column * strideWidth)) * channels + channel,
      );
}
