// One polite live region for the page. Counts that change all the time are told now and then.

import { el, fill } from './dom.js';

const CALM = 10_000;

const region = el('div.unseen', { role: 'status', 'aria-live': 'polite', id: 'announcer' });
let told = 0;

/** Puts the region into the page. */
export const place = () => document.body.append(region);

/** Tells a screen reader. `calm` ones are left out while the last one is fresh. */
export function announce(text, { calm = false } = {}) {
  const now = Date.now();
  if (calm && now - told < CALM) return;
  told = now;
  fill(region, text);
}
