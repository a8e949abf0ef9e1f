import { decode } from '../../license-plates/metric.mjs';
import { createEdge } from '../autosplit/edge/edge.mjs';
import { startCamera } from './camera.js';
import { frameOf, jpegBytes, showInput, toInput, wholeOf } from './picture.js';
import { press, say, showLoading, showReady, showResult, showSamples } from './view.js';

const SAMPLES = ['0004', '0017', '0030', '0048', '0063', '0091'];

/** Bytes of the last request that the edge side posted. */
let sent = 0;
const counting = (url, init) => {
  if (init?.method === 'POST') sent = init.body.length;
  return fetch(url, init);
};

const shape = [1, 35, 24];

async function start() {
  const { cloud } = await (await fetch('cloud.json')).json();
  const edge = await createEdge({
    cloud,
    fetch: counting,
    onProgress: showLoading,
    assets: new URL('edge/', document.baseURI),
    wasmPaths: new URL('ort/', document.baseURI).href,
  });

  async function read(source, part) {
    const image = toInput(source, part);
    showInput(document.getElementById('picture'));
    const { outputs, timings } = await edge.infer({ image });
    const text = decode({ logits: { data: outputs.logits, dims: shape } });
    showResult({ text, timings, sent, jpeg: await jpegBytes(), raw: image.length });
  }

  let stop;
  const end = () => {
    stop?.();
    stop = undefined;
    document.getElementById('camera').setAttribute('aria-pressed', 'false');
  };
  const reported = (work) => work().catch((error) => say(error.message, true));

  showSamples(SAMPLES, (image) => {
    end();
    reported(() => read(image, wholeOf({ width: image.naturalWidth, height: image.naturalHeight })));
  });
  document.getElementById('file').addEventListener('change', ({ target }) => {
    const [file] = target.files;
    if (file === undefined) return;
    end();
    press(undefined);
    reported(async () => {
      const bitmap = await createImageBitmap(file).catch(() => {
        throw new Error(`${file.name} is no picture that this browser can show.`);
      });
      await read(bitmap, wholeOf(bitmap));
    });
  });
  document.getElementById('camera').addEventListener('click', async ({ currentTarget }) => {
    if (stop) return end();
    press(undefined);
    currentTarget.setAttribute('aria-pressed', 'true');
    stop = await startCamera((video) => reported(() => read(video, frameOf(video)))).catch((error) => {
      currentTarget.setAttribute('aria-pressed', 'false');
      say(`The camera cannot be used: ${error.message}`, true);
    });
  });

  // The first inference compiles kernels: it warms up, and is not shown.
  await edge.infer({ image: new Float32Array(3 * 64 * 192) });
  showReady(edge.metadata, crossOriginIsolated);
}

start().catch((error) => {
  document.getElementById('loading').hidden = true;
  say(error.message, true);
});
