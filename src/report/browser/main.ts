/** Script of report.html. The page is readable without it. */
import { enablePicks } from './picks.js';
import { enableSorting } from './sort.js';
import { showTips } from './tips.js';

const tip = document.getElementById('tip');
if (tip) showTips(tip);
enablePicks();
enableSorting();

// Scroll the graph to its cut.
const cut = document.getElementById('cut');
const frame = cut?.closest('.scroll');
if (cut && frame)
  frame.scrollTop = cut.getBoundingClientRect().top - frame.getBoundingClientRect().top - frame.clientHeight / 2;

// Open all folds while printing.
const folds = document.getElementsByTagName('details');
let opened: HTMLDetailsElement[] = [];
addEventListener('beforeprint', () => {
  opened = [...folds].filter((fold) => !fold.open);
  for (const fold of opened) fold.open = true;
});
addEventListener('afterprint', () => {
  for (const fold of opened) fold.open = false;
});
