/** Pictures as the network takes them. */

/** Width and height of the network's input. */
export const WIDTH = 192;
export const HEIGHT = 64;

const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });

/**
 * Scales a part of a picture to the network's input.
 * @param {CanvasImageSource} source
 * @param {{ x: number, y: number, width: number, height: number }} part in pixels of the source
 * @returns {Float32Array} 1 x 3 x 64 x 192, RGB, (value - 127.5) / 64 as in autosplit.config.yaml
 */
export function toInput(source, { x, y, width, height }) {
  context.drawImage(source, x, y, width, height, 0, 0, WIDTH, HEIGHT);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  const plane = WIDTH * HEIGHT;
  const input = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) input[c * plane + i] = (data[4 * i + c] - 127.5) / 64;
  return input;
}

/** Draws what the network saw last. */
export function showInput(target) {
  target.getContext('2d').drawImage(canvas, 0, 0, target.width, target.height);
}

/** Bytes of what the network saw last as a JPEG of quality 90. */
export async function jpegBytes() {
  return (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).size;
}

/** The whole of a picture. */
export const wholeOf = ({ width, height }) => ({ x: 0, y: 0, width, height });

/** The part of a camera frame inside the guide: four fifths of the width of its middle 4:3, three times as wide as high. */
export function frameOf({ videoWidth, videoHeight }) {
  const width = 0.8 * Math.min(videoWidth, (videoHeight * 4) / 3);
  return { x: (videoWidth - width) / 2, y: (videoHeight - width / 3) / 2, width, height: width / 3 };
}
