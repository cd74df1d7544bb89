// Where the time went.

import { el } from './dom.js';
import { duration, say } from './words.js';

/** The tab: a bar of the parts, and the same as a table. */
export function timing(shown) {
  const parts = spans(shown.times);
  const total = Math.max(1, shown.times.done_us);
  const bar = el('div.bar', { 'aria-hidden': 'true' }, parts.map((part) => {
    const piece = el(`span.${part.name}`, { title: `${say(`timing.${part.name}`)} ${duration(part.us / 1000)}` });
    piece.style.flexGrow = String(Math.max(part.us / total, 0.004));
    return piece;
  }));
  const rows = parts.map((part) => el('tr', {},
    el('th', { scope: 'row' }, el(`span.key.${part.name}`, { 'aria-hidden': 'true' }), say(`timing.${part.name}`)),
    el('td', {}, duration(part.us / 1000)),
    el('td', {}, `${Math.round((100 * part.us) / total)} %`)));
  return [
    bar,
    el('table.times', {}, el('caption', {}, say('timing.title')),
      el('tbody', {}, rows, el('tr.total', {}, el('th', { scope: 'row' }, say('timing.total')), el('td', {}, duration(total / 1000)), el('td', {}, '')))),
    shown.times.reused && el('p.hint', {}, say('timing.reused')),
  ];
}

// The moments count from the arrival of the request; one that is missing gives its part to the next.
function spans(times) {
  const moments = [['connect', times.connected_us], ['wait', times.first_byte_us], ['receive', times.done_us]];
  const made = [];
  let last = 0;
  for (const [name, at] of moments) {
    if (at === null || at === undefined) continue;
    made.push({ name, us: Math.max(0, at - last) });
    last = Math.max(last, at);
  }
  if (made.length === 1) made[0].name = 'gateway';
  return made;
}
