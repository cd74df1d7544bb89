// What is shown, as a HAR file; and another's file, shown here.

import { attempt, toast } from './toast.js';
import { button, el, prose } from './dom.js';
import { send } from './api.js';
import { bytes, say } from './words.js';

// What the gateway takes; it would break off the sending of more before its reason could be read.
const LARGEST = 64 * 1024 * 1024;

/** The two controls. `filter` gives what is shown now; `imported` is told when there is more. */
export function har(filter, imported) {
  const file = el('input', { type: 'file', accept: '.har,application/json', hidden: true, on: { change: () => take(file, imported) } });
  const saved = el('a.button.quiet.small', { href: '/api/exchanges.har', download: 'exchanges.har', on: { click: () => {
    saved.href = `/api/exchanges.har?${new URLSearchParams({ filter: filter() })}`;
  } } }, say('har.export'));
  return el('span.har', {}, saved, button(say('har.import'), () => file.click(), { class: 'quiet small' }), file);
}

// Which were left out, and why.
function refusals(said, made) {
  const rest = made.refused - made.refusals.length;
  const dialog = el('dialog', { 'aria-labelledby': 'refused-title', on: { close: () => dialog.remove() } },
    el('h2', { id: 'refused-title' }, said),
    el('ul.refusals', {}, made.refusals.map((one) => el('li', {}, say('har.entry', { index: String(one.index + 1) }), ' ', el('span', {}, prose(one.why))))),
    rest > 0 && el('p.hint', {}, say('har.more', { n: rest })),
    el('p', {}, button(say('act.close'), () => dialog.close(), { autofocus: true })));
  document.body.append(dialog);
  dialog.showModal();
}

async function take(file, imported) {
  const [chosen] = file.files;
  if (!chosen) return;
  if (chosen.size > LARGEST) toast(say('har.too_large', { size: bytes(chosen.size), most: bytes(LARGEST) }), { isBad: true });
  else await attempt(async () => {
    const made = await send('/api/exchanges.har', chosen);
    const said = [say('har.imported', { n: made.imported }), made.refused > 0 && say('har.refused', { n: made.refused })].filter(Boolean).join('; ');
    toast(said, { tone: made.refused === 0 ? 'good' : made.imported > 0 ? 'odd' : 'bad' });
    if (made.refused > 0) refusals(said, made);
    await imported();
  });
  file.value = '';
}
