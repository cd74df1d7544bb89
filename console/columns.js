// The way of an exchange: who sent what, what the gateway changed and why, who received what. Folded it
// is one line.

import { brief, standIn } from './injected.js';
import { el } from './dom.js';
import { bytes, knows, say } from './words.js';

const SIGNS = new Map(Object.entries({ removed: '−', added: '+', replaced: '≠' }));

/** The columns of the request, and those of the answer; `more` stands below them. */
export function columns(shown, more = null) {
  const { asked, passed, answered, returned } = shown.stages;
  const changes = (of) => shown.changes.filter((change) => change.of === of);
  const names = columnNames(shown.plane);
  const isAnswered = Boolean(answered || returned);
  return el('details.flowing', {},
    el('summary', {}, el('h3', {}, say('way.title')), ' ',
      gist('→', changes('request'), shown, false), isAnswered && [' ', gist('←', changes('answer'), shown, true)]),
    table(say('way.request'), names, [asked, passed], changes('request'), shown),
    isAnswered && table(say('way.answer'), names, [returned, answered], changes('answer'), shown),
    more);
}

// How many fields were changed in which way, and which.
function gist(arrow, changes, shown, isAnswer) {
  const names = changes.map((change) => change.name).join(', ');
  return el('span.gist', {}, `${arrow} ${summary(changes, shown, isAnswer)}`, names && el('span.names', {}, ` ${names}`));
}

function columnNames(plane) {
  if (plane === 'webhook') return { left: null, right: say('side.partner') };
  if (plane === 'cloud') return { left: say('side.partner'), right: null };
  return { left: say('side.app'), right: say('side.partner') };
}

function table(title, names, [left, right], changes, shown) {
  const isAnswer = title === say('way.answer');
  const arrow = isAnswer ? '←' : '→';
  const head = (name, message, missing) => el('th', { scope: 'col' }, el('span.side', {}, name),
    el('span.line', {}, message ? line(message) : missing),
    message && el('span.size', {}, sizes(message)));
  const shown3 = names.left !== null && names.right !== null;
  return el(`table.flow${shown3 ? '' : '.two'}`, {},
    el('caption', {}, title),
    el('thead', {}, el('tr', {},
      names.left !== null && head(names.left, left, say('way.nothing')),
      el('th', { scope: 'col' }, el('span.side', {}, say('side.gateway')),
        el('span.line', {}, `${arrow} ${summary(changes, shown, isAnswer)}`)),
      names.right !== null && head(names.right, right, say(shown.code || standIn(shown) ? 'way.never' : 'way.nothing')))),
    changes.length > 0 && el('tbody', {}, changes.map((change) => row(change, names, isAnswer))));
}

function row(change, names, isAnswer) {
  // An answer goes from right to left.
  const [before, after] = isAnswer ? [change.now, change.was] : [change.was, change.now];
  const cell = (value, name) => el('td', { 'data-side': name }, value === null
    ? el('span.none', {}, '—')
    : [el('span.name', {}, change.name), el('span.value', {}, value)]);
  return el(`tr.${change.change}`, {},
    names.left !== null && cell(before, names.left),
    el('td.reason', { 'data-side': say('side.gateway') },
      el('span.sign', { 'aria-hidden': 'true' }, SIGNS.get(change.change) ?? ''), ' ',
      el('b', {}, say(`change.${change.change}`)), ' ', reason(change.reason)),
    names.right !== null && cell(after, names.right));
}

const reason = (text) => (knows(`reason.${text}`) ? say(`reason.${text}`) : el('span', {}, text));

function summary(changes, shown, isAnswer) {
  const made = shown.injected.filter(({ kind, side }) => side === (isAnswer ? 'answer' : 'request') || kind === 'status' || kind === 'stub');
  const told = made.map((fault) => `✳ ${brief(fault)}`);
  if (told.length > 0 && changes.length === 0) return told.join('  ');
  return [...told, plainly(changes, shown, isAnswer)].join('  ');
}

function plainly(changes, shown, isAnswer) {
  if (shown.plane === 'webhook') return isAnswer ? say(`verdict.${shown.verdict ?? 'none'}`) : shown.event;
  if (shown.plane === 'cloud') return say('plane.cloud');
  if (changes.length === 0) return shown.code ? shown.code : say('way.untouched');
  return [...SIGNS]
    .map(([kind, sign]) => [sign, changes.filter((change) => change.change === kind).length])
    .filter(([, n]) => n > 0)
    .map(([sign, n]) => `${sign}${n}`)
    .join('  ');
}

const line = (message) => message.line ?? (message.status === null ? '' : String(message.status));

const sizes = (message) =>
  [say('way.fields', { n: message.fields.length }), message.body && bytes(message.body.bytes)].filter(Boolean).join(' · ');
