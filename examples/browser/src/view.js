/** What the page shows. */

const element = (id) => document.getElementById(id);

const milliseconds = (seconds) => `${(seconds * 1000).toFixed(seconds < 0.01 ? 2 : seconds < 0.1 ? 1 : 0)} ms`;
const bytes = (count) => (count < 1000 ? `${count} B` : `${(count / 1000).toFixed(1)} kB`);

const NO_PLATE = '– – – – – – –';

const STAGES = { download: 'Fetching the edge side', unpack: 'Unpacking its weights', start: 'Starting WebAssembly' };
/** Where in the bar each stage of loading begins and ends; WebAssembly is most of what is fetched, and says nothing of how far it is. */
const SPANS = { download: [0, 0.3], unpack: [0.3, 0.4], start: [0.4, 1] };

export function showLoading({ stage, loaded, total }) {
  const [from, to] = SPANS[stage];
  element('loading').value = from + (to - from) * (total > 0 ? loaded / total : 1);
  say(`${STAGES[stage]}…`);
}

export function showReady(metadata, isIsolated) {
  element('loading').hidden = true;
  for (const id of ['file', 'camera']) element(id).disabled = false;
  say('Ready.');
  const digest = metadata.digest.slice(0, 12);
  element('about').textContent =
    `Build ${metadata.name}, ${digest}…; WebAssembly in one thread${isIsolated ? '' : '; clocks of this page are coarse'}.`;
}

export function say(text, isWrong = false) {
  const status = element('status');
  status.classList.toggle('wrong', isWrong);
  if (status.textContent !== text) status.textContent = text;
}

/** @param {{ text: string, timings: Record<string, number>, sent: number, jpeg: number, raw: number }} result */
export function showResult({ text, timings, sent, jpeg, raw }) {
  element('plate').textContent = text || NO_PLATE;
  element('picture').setAttribute('aria-label', text ? `Picture of the plate ${text}` : 'Picture without a plate');
  say(text ? `Reads ${text}` : 'No plate found in this picture.');
  const stages = { edge: timings.edge + timings.encode, link: timings.transfer, cloud: timings.cloud + timings.decode };
  const total = Object.values(stages).reduce((a, b) => a + b, 0);
  element('total').textContent = milliseconds(total);
  for (const [name, seconds] of Object.entries(stages)) {
    element(name).textContent = milliseconds(seconds);
    element('bar').querySelector(`.${name}`).style.flexGrow = String(seconds / total);
  }
  const words = Object.entries(stages).map(([name, seconds]) => `${name} ${milliseconds(seconds)}`);
  element('bar').setAttribute('aria-label', words.join(', '));
  element('sent').textContent = bytes(sent);
  element('jpeg').textContent = bytes(jpeg);
  element('raw').textContent = bytes(raw);
}

/** Buttons for sample pictures; `choose` is called with the image of the one that is pressed. */
export function showSamples(names, choose) {
  const list = element('samples');
  for (const name of names) {
    const image = new Image(192, 64);
    image.src = `samples/${name}.jpg`;
    image.alt = `Plate ${names.indexOf(name) + 1}`;
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-pressed', 'false');
    button.append(image);
    button.addEventListener('click', () => {
      press(button);
      choose(image);
    });
    const item = document.createElement('li');
    item.append(button);
    list.append(item);
  }
}

/** Marks one sample as the one that is shown, or none. */
export function press(pressed) {
  for (const button of element('samples').querySelectorAll('button'))
    button.setAttribute('aria-pressed', String(button === pressed));
}
