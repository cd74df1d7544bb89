// Which exchanges a stub or a breakpoint is for: the fields of a form, and a line of a table.

import { el, field, fill, select } from './dom.js';
import { say } from './words.js';

const NAMES = ['app', 'method', 'host', 'path', 'filter', 'first'];
const EXAMPLES = { app: 'loyalty', method: 'GET', host: '*.example.ru', path: '/api/*', event: 'documents', filter: 'device:…', first: '2' };
const LABELS = { app: 'faults.app', method: 'edit.method', host: 'scope.host', path: 'faults.path', event: 'faults.event', filter: 'scope.filter', first: 'faults.first' };

/** Whether a text is a whole number from 1. */
export const isWhole = (text) => Number.isSafeInteger(Number(text)) && Number(text) > 0;

/** Its fields, what they say, and what is wrong with them. */
export function scopeForm() {
  const values = { plane: 'proxy' };
  const names = () => (values.plane === 'webhook' ? ['app', 'event', ...NAMES.slice(1)] : NAMES);
  const input = (name) => field(say(LABELS[name]), el('input', {
    type: 'text', placeholder: EXAMPLES[name], spellcheck: 'false', value: values[name] ?? '', 'data-name': name,
    on: { input: (event) => { values[name] = event.target.value.trim(); } },
  }));
  const limits = el('div.line');
  const draw = () => fill(limits, names().map(input));
  const plane = select(['proxy', 'webhook'].map((one) => [one, say(`faults.plane.${one}`)]), 'proxy', (chosen) => {
    values.plane = chosen;
    draw();
  });
  draw();
  return {
    node: el('div.stack', {}, el('div.line', {}, field(say('faults.plane'), plane)), limits),
    wrong: () => {
      const isWrong = Boolean(values.first) && !isWhole(values.first);
      const at = limits.querySelector('[data-name=first]');
      at.setAttribute('aria-invalid', isWrong);
      if (isWrong) at.focus();
      return isWrong ? say('faults.wrong.first') : null;
    },
    wish: () => {
      const wish = { plane: values.plane };
      for (const name of names()) if (values[name]) wish[name] = name === 'first' ? Number(values[name]) : values[name];
      return wish;
    },
  };
}

/** The same on a line. */
export const scopeTold = (one) => ['app', 'method', 'host', 'path', 'event', 'filter'].map((name) => one[name]).filter(Boolean).join(' · ') || say('faults.everything');
