// What there is to say of an answer: how grave it is, where, what is wrong, and by which source.

import { el, prose } from './dom.js';
import { knows, say } from './words.js';

const SIGNS = new Map(Object.entries({ pass: '✓', warn: '!', fail: '✕', note: '✳', undelivered: '✕' }));

/** A verdict, or the level of a finding, with a sign beside its colour. */
export const mark = (level) => el(`span.mark.${level}`, {}, `${SIGNS.get(level) ?? ''} ${say(`verdict.${level}`)}`);

/** The part of the answer: `Body /token`. */
export function where({ place, pointer }) {
  const part = knows(`place.${place}`) ? say(`place.${place}`) : place;
  return [part, part && pointer && ' ', pointer && el('code', {}, pointer)];
}

/** One finding in a line of its own. */
export function finding(one) {
  return el('p.finding', {}, mark(one.level), ' ', where(one), ': ',
    el('span', {}, prose(one.text)), ' ',
    el('span.hint', {}, el('code', {}, one.rule), one.source && [' · ', el('cite', {}, one.source)]));
}

/** All of them as a table. */
export function table(findings) {
  return el('table.findings', {},
    el('caption', {}, say('verdict.findings')),
    el('thead', {}, el('tr', {}, ['level', 'place', 'message', 'rule'].map((key) => el('th', { scope: 'col' }, say(`finding.${key}`))))),
    el('tbody', {}, findings.map((one) => el('tr', {},
      el('td', {}, mark(one.level)), el('td', {}, where(one)), el('td', {}, prose(one.text)),
      el('td', {}, el('code', {}, one.rule), one.source && el('cite.hint', {}, one.source))))));
}
