// One question with one answer, in a dialog.

import { button, el, field, fill, prose } from './dom.js';
import { say } from './words.js';

/**
 * Asks for a text, or another `type`, and calls `act` with it; what that gives is called when the dialog
 * has gone. What is refused is said in the dialog, which stays.
 */
export function ask({ title, label, value = '', type = 'text', secret = false, isLong = false, isOptional = false, act }) {
  const input = isLong ? el('textarea', { rows: 4, value })
    : el('input', { type: secret ? 'password' : type, value, required: !isOptional, autocomplete: 'off', spellcheck: 'false' });
  const trouble = el('div', { role: 'alert' });
  const submit = async (event) => {
    event.preventDefault();
    try {
      const then = await act(input.value.trim());
      // It gives the focus back first.
      dialog.close();
      then?.();
    } catch (error) {
      fill(trouble, el('p.trouble', {}, prose(error.message)), (error.errors ?? []).map((wrong) => el('p.trouble', {}, prose(`${wrong.message} ${wrong.hint ?? ''}`))), error.hint && el('p', {}, prose(error.hint)));
    }
  };
  const dialog = el('dialog', { 'aria-labelledby': 'ask-title', on: { close: () => dialog.remove() } },
    el('h2', { id: 'ask-title' }, title),
    el('form.stack', { on: { submit } }, field(label, input), trouble,
      el('p.actions', {}, el('button.primary', { type: 'submit' }, say('act.save')), button(say('act.cancel'), () => dialog.close()))));
  document.body.append(dialog);
  dialog.showModal();
}
