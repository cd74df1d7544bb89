// A short word about what was done, for the eyes; the announcer tells the ears.

import { announce } from './announcer.js';
import { el } from './dom.js';

const SHOWN = 4000;
const SIGNS = { good: '✓', odd: '!', bad: '✕' };

/** Says it for some seconds; `tone` is `good`, `odd` or `bad`. */
export function toast(text, { isBad = false, tone = isBad ? 'bad' : 'good' } = {}) {
  document.querySelector('.toast')?.remove();
  const node = el(`p.toast.${tone}`, { 'aria-hidden': 'true' }, `${SIGNS[tone]} ${text}`);
  document.body.append(node);
  announce(text);
  setTimeout(() => node.remove(), tone === 'good' ? SHOWN : SHOWN * 2);
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
