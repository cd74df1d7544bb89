// A short word about what was done, for the eyes; the announcer tells the ears.

import { announce } from './announcer.js';
import { el } from './dom.js';

const SHOWN = 4000;

/** Says it for some seconds. */
export function toast(text, { isBad = false } = {}) {
  document.querySelector('.toast')?.remove();
  const node = el(`p.toast${isBad ? '.bad' : ''}`, { 'aria-hidden': 'true' }, isBad ? `✕ ${text}` : `✓ ${text}`);
  document.body.append(node);
  announce(text);
  setTimeout(() => node.remove(), isBad ? SHOWN * 2 : SHOWN);
}

/** Runs what may be refused, and says why if it is. */
export async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    toast([error.message, error.hint].filter(Boolean).join(' '), { isBad: true });
    return undefined;
  }
}

/** Copies, and says so. */
export async function copy(text, said) {
  await attempt(async () => {
    await navigator.clipboard.writeText(text);
    toast(said);
  });
}
