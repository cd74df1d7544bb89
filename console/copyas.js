// The request of an exchange for another tool. The gateway writes the text, for the page as for the
// command line: through itself once more, or straight to where it went.

import { attempt, copy, toast } from './toast.js';
import { group, item } from './menu.js';
import { read } from './api.js';
import { say } from './words.js';

const FORMS = ['curl', 'httpie', 'http'];

/** The items of a menu; what cannot be written says why not. */
export function copies(shown, isRevealed) {
  const stages = ['asked', 'passed'].filter((stage) => offer(shown, 'curl', stage));
  const one = (form, stage) => item(say(`copy.${form}`), () => copyOne(shown, form, { stage, reveal: isRevealed() }), unless(why(shown, form, stage)));
  const all = (stage) => FORMS.map((form) => one(form, stage));
  if (stages.length === 0) return group(say('act.copy_as'), { class: 'copies' }, all());
  return stages.map((stage) => group(`${say('act.copy_as')} — ${say(`copy.way.${shown.plane}.${stage}`)}`, { class: 'copies', 'data-way': stage }, all(stage)));
}

/** Copies one form of it; as the caller sent it where no stage is chosen. */
export async function copyOne(shown, form, { stage = first(shown), reveal = false } = {}) {
  const cannot = why(shown, form, stage);
  if (cannot) {
    toast(say(`copy.cannot.${cannot}`), { isBad: true });
    return;
  }
  const made = await attempt(() => read(`/api/exchanges/${shown.id}/copy`, { form, stage, reveal }));
  if (!made) return;
  const isCut = made.kept !== null || made.text_cut;
  await copy(made.text, [say(made.masked ? 'done.copied_masked' : 'done.copied'), isCut && say('done.copied_cut')].filter(Boolean).join('; '));
}

const offer = (shown, form, stage) => shown.copies.find((one) => one.form === form && one.stage === stage);
const first = (shown) => shown.copies[0]?.stage;

function why(shown, form, stage) {
  const found = offer(shown, form, stage);
  return found ? found.why : 'missing';
}

/** Of a button that can do nothing, and why. */
export function unless(reason) {
  if (!reason) return {};
  const said = say(`copy.cannot.${reason}`);
  return { disabled: true, title: said, 'aria-description': said };
}
