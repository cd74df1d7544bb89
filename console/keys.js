// Keys of one letter, and the page that lists them. They can be switched off (WCAG 2.1.4).

import { button, el } from './dom.js';
import { settings } from './settings.js';
import { say } from './words.js';

const LISTED = ['j', 'k', 'Enter', 'i', '/', 'r', 'e', 'c', 'd', 's', 'n', 'm', 'p', '?', 'Esc'];

let bound = new Map();

/** What the keys of the present view do, by the letter on a Latin keyboard. */
export function bind(acts) {
  bound = new Map(Object.entries(acts));
}

/** Listens, once for the page. */
export function listen() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      bound.get('Esc')?.(event);
      return;
    }
    if (!settings.get('keys') || isWritten(event.target)) return;
    const letter = latin(event);
    const act = letter === '?' ? help : bound.get(letter);
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}

/** Shows what each key does. */
export function help() {
  const box = el('input', { type: 'checkbox', id: 'keys-on', checked: settings.get('keys'),
    on: { change: (event) => settings.set('keys', event.target.checked) } });
  const rows = LISTED.map((key) => el('tr', {}, el('th', { scope: 'row' }, el('kbd', {}, key)), el('td', {}, say(`key.${key}`))));
  const close = button(say('act.close'), () => dialog.close(), { autofocus: true });
  const dialog = el('dialog', { 'aria-labelledby': 'keys-title', on: { close: () => dialog.remove() } },
    el('h2', { id: 'keys-title' }, say('keys.title')),
    el('table.keys', {}, el('tbody', {}, rows)),
    el('p.check', {}, box, el('label', { for: 'keys-on' }, say('keys.switch'))),
    el('p', {}, close));
  document.body.append(dialog);
  dialog.showModal();
}

// A Russian layout has other letters on the same keys, and a full stop and a comma where / and ? are.
// Where else that key writes something, as on a German layout, it means what it writes.
function latin(event) {
  if (event.key === '/' || event.key === '?') return event.key;
  if (event.code === 'Slash' && (event.key === '.' || event.key === ',')) return event.shiftKey ? '?' : '/';
  const letter = /^Key([A-Z])$/.exec(event.code);
  if (/^[a-z]$/i.test(event.key)) return event.shiftKey ? null : event.key.toLowerCase();
  return letter && !event.shiftKey ? letter[1].toLowerCase() : null;
}

function isWritten(node) {
  return node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName);
}
