// What is held at breakpoints: a mark on every view while something is, and that somebody watches.

import { address } from './route.js';
import { el, fill } from './dom.js';
import { put, read } from './api.js';
import { stream } from './stream.js';
import { say } from './words.js';

const BEAT = 2000;
// Only secure addresses and loopback have `randomUUID`.
const WATCHER = `/api/watchers/page-${crypto.getRandomValues(new Uint32Array(3)).join('-')}`;

/** Stands in the header while something is held. */
export const mark = el('a.chip.held', { hidden: true });

let timer = null;
let watches = false;

/** Looks at what is held; as long as there are breakpoints, again and again. */
export async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  const known = await read('/api/held').catch(() => null);
  if (known) show(known.held);
  if (!known?.breakpoints) {
    watches = false;
    return;
  }
  watches = true;
  put(WATCHER).catch(() => {});
  clearTimeout(timer);
  timer = setTimeout(look, BEAT);
}

function show(held) {
  mark.hidden = held.length === 0;
  const [first] = held;
  mark.href = held.length === 1 && first.exchange ? address('exchange', [first.exchange]) : address('timeline', [], { filter: 'is:running' });
  const text = `⏸ ${say('held.mark', { n: held.length })}`;
  if (mark.textContent !== text) fill(mark, text);
}

// What waits for a page that nobody has goes on at once; a hidden one has its seconds.
window.addEventListener('pagehide', () => {
  if (watches) fetch(WATCHER, { method: 'DELETE', keepalive: true }).catch(() => {});
});
window.addEventListener('pageshow', ({ persisted }) => persisted && look());
document.addEventListener('visibilitychange', look);
window.addEventListener('hashchange', look);
stream.addEventListener('events', ({ detail }) => {
  const isNew = ({ name, data }) => name === 'running' && data.exchanges?.some((one) => one.running?.stage === 'held');
  if (detail.some(isNew)) look();
});


look();
