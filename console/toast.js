// A short word about what was done, for the eyes; the announcer tells the ears.

import { announce } from './announcer.js';
import { button, el, plain, prose } from './dom.js';

const SHOWN = 4000;
const SIGNS = { good: '✓', odd: '!', bad: '✕' };

/** Says it for some seconds; `tone` is `good`, `odd` or `bad`, `act` is `[label, what]`, a button that stays longer and can be reached by keys. */
export function toast(text, { isBad = false, tone = isBad ? 'bad' : 'good', act = null } = {}) {
  document.querySelector('.toast')?.remove();
  const said = `${SIGNS[tone]} ${text}`;
  const node = el(`p.toast.${tone}`, act ? {} : { 'aria-hidden': 'true' }, act ? el('span', { 'aria-hidden': 'true' }, prose(said)) : prose(said),
    act && [' ', button(act[0], () => { node.remove(); act[1](); }, { class: 'small' })]);
  document.body.append(node);
  announce(plain(act ? `${text}. ${act[0]}` : text));
  setTimeout(() => node.remove(), act ? SHOWN * 5 : tone === 'good' ? SHOWN : SHOWN * 2);
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
