// Fields of every stage as a table, and every stage as it went over the wire.

import { button, el } from './dom.js';
import { copy } from './toast.js';
import { say } from './words.js';

/** The stages that an exchange has, in the order they happened. */
export function stages(shown) {
  return ['asked', 'passed', 'answered', 'returned']
    .map((name) => [name, shown.stages[name]])
    .filter(([, message]) => message !== null && message !== undefined);
}

/** What a stage is called in a plane. */
export const titled = (plane, stage) => say(`stage.${plane}.${stage}`);

/** The tab of the fields. */
export function fields(shown) {
  return stages(shown).map(([name, message]) => el('table.fields', {},
    el('caption', {}, titled(shown.plane, name), message.line && el('code', {}, message.line)),
    el('thead.unseen', {}, el('tr', {}, el('th', { scope: 'col' }, say('header.name')), el('th', { scope: 'col' }, say('header.value')))),
    el('tbody', {}, message.fields.map((field) => el('tr', {},
      el('th', { scope: 'row' }, field.name),
      el('td', {}, value(field)))))));
}

/** The tab of the raw text. */
export function raw(shown) {
  return stages(shown).map(([name, message]) => {
    const text = wire(message);
    return el('section.raw', {},
      el('h4', {}, titled(shown.plane, name), ' ', button(say('act.copy'), () => copy(text, say('done.copied')), { class: 'quiet' })),
      el('pre', { tabindex: 0, 'aria-label': titled(shown.plane, name) }, text));
  });
}

function value(field) {
  if (!field.masked) return field.value;
  return el('span.masked', { title: say('header.masked') }, field.value);
}

function wire(message) {
  const lines = [message.line ?? (message.status === null ? '' : `HTTP ${message.status}`)];
  for (const field of message.fields) lines.push(`${field.name}: ${field.value}`);
  const { body } = message;
  const content = body ? (body.text ?? say('raw.binary', { n: body.bytes })) : '';
  return `${lines.join('\n')}\n\n${content}`;
}
