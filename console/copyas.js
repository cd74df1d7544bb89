// The request of an exchange for another tool. The gateway writes the text, for the page as for the
// command line: through itself once more, or straight to where it went.

import { attempt, copy, toast } from './toast.js';
import { button, el, select } from './dom.js';
import { read } from './api.js';
import { say } from './words.js';

const FORMS = ['curl', 'httpie', 'http'];

/** The buttons; what cannot be written says why not. */
export function copyAs(shown, reveal) {
  const stages = ['asked', 'passed'].filter((stage) => offer(shown, 'curl', stage));
  let [stage] = stages;
  const forms = el('span.group');
  const draw = () => forms.replaceChildren(...FORMS.map((form) =>
    button(say(`copy.${form}`), () => copyOne(shown, form, { stage, reveal }), unless(why(shown, form, stage)))));
  const ways = stages.map((one) => [one, say(`copy.way.${shown.plane}.${one}`)]);
  draw();
  return el('span.group.copies', {}, el('span', {}, say('act.copy_as')),
    ways.length > 1 && select(ways, stage, (chosen) => { stage = chosen; draw(); }, { 'aria-label': say('copy.way') }),
    ways.length === 1 && el('span.hint', {}, ways[0][1]),
    forms);
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
