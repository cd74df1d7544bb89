// A text area for a body: made readable, with a mark that says whether it is JSON.

import { button, el, fill } from './dom.js';
import { indented, parse } from './jsontree.js';
import { say } from './words.js';

/** What stands for the hidden part of a secret. */
export const MASK = '•';

/**
 * The area with its mark. `value()` is what is written, or null while nothing was changed of what `load(text)`
 * brought.
 */
export function jsonfield({ label, isJson = () => true }) {
  let original = '';
  const input = el('textarea', { rows: 10, spellcheck: 'false', 'aria-label': label, on: { input: () => judge() } });
  const mark = el('span.validity', { role: 'status' });
  const neat = button(say('json.neat'), () => {
    input.value = indented(input.value);
    input.dispatchEvent(new Event('input'));
  }, { class: 'quiet small' });
  const node = el('div.jsonfield', {}, el('p.line', {}, mark, neat), input);
  const judge = () => {
    const text = input.value.trim();
    const can = text !== '' && !input.disabled && (isJson() || /^[[{]/.test(text));
    const { stopped } = can ? parse(input.value) : { stopped: null };
    const lines = stopped === null ? [] : input.value.slice(0, stopped).split('\n');
    fill(mark, can && (stopped === null ? el('span.mark.pass', {}, `✓ ${say('json.valid')}`)
      : el('span.mark.fail', {}, `✕ ${say('json.broken', { line: lines.length, column: lines.at(-1).length + 1 })}`)));
    neat.hidden = !can || stopped !== null;
  };
  const load = (text) => {
    input.value = isJson() || /^\s*[[{]/.test(text) ? indented(text) : text;
    original = input.value;
    judge();
  };
  return {
    node, input, load, judge,
    value: () => (input.value === original ? null : input.value),
    put: (text) => { input.value = text; judge(); },
  };
}
