// One exchange as one row of the timeline.

import { address } from './route.js';
import { el, prose } from './dom.js';
import { FOLDED } from './folding.js';
import { brief, standIn, told } from './injected.js';
import { because } from './sentence.js';
import { term } from './terms.js';
import { bytes, day, duration, isToday, moment, numbered, say, stamp } from './words.js';

const WAYS = new Map(Object.entries({ proxy: '→', webhook: '←', cloud: '↑' }));

/** The sign of a plane. */
export const way = (plane) => WAYS.get(plane) ?? '';

/** How it went: `good`, `odd` or `bad`. */
export function outcome(row) {
  if (row.running) return 'open';
  // Nobody failed where a fault answered.
  if (standIn(row)) return 'odd';
  if (row.code || row.verdict === 'fail' || row.verdict === 'undelivered' || row.status === null || row.status >= 500) return 'bad';
  if (row.verdict === 'warn' || row.status >= 400 || row.without_token) return 'odd';
  return 'good';
}

/** The status with a sign, so that colour is not the only one. */
export const result = (row) => el(`span.result.${outcome(row)}`, {}, status(row));

function status(row) {
  if (row.running) return '…';
  const sign = { good: '✓', odd: '!', bad: '✕' }[outcome(row)];
  return [el('span.sign', { 'aria-hidden': 'true' }, sign), row.status === null ? [' —', el('span.unseen', {}, say('row.no_status'))] : ` ${row.status}`];
}

/**
 * The option of a row, which is a link at the same time. What can be picked for the filter has its term in
 * `data-term`; by keys the same is had from the opened exchange. Its parts stand in the order in which they
 * are best heard.
 */
export function option(row, filter = '') {
  const href = address('exchange', [row.id], { filter });
  const kinds = ['a.row', row.plane, row.injected.length > 0 && 'faulty', !isToday(row.at) && 'dated'].filter(Boolean);
  return el(kinds.join('.'), { role: 'option', href, tabindex: -1, draggable: 'false' },
    el(`span.result.${outcome(row)}`, { 'data-term': row.running ? 'is:running' : term('status', row.status ?? 'none') }, status(row)),
    el('span.method', { 'data-term': term('method', row.method) }, row.method),
    el('span.where', {}, row.starred && el('span.starred', { 'data-term': 'is:starred', role: 'img', 'aria-label': say('mark.on') }, '★ '), row.event && el('b', { 'data-term': term('event', row.event) }, row.event), row.event && ' ', row.path || row.url),
    el('span.note', {}, remarks(row)),
    el('span.who', {}, who(row)),
    el('span.took', {}, row.running ? age(row) : row.took_ms === null ? '' : duration(row.took_ms)),
    el('span.bulk', {}, row.running ? '' : bytes(row.answer_bytes), row.answer_type && [' ', el('span.type', {}, kind(row.answer_type))]),
    el('time.when', { datetime: row.at }, moment(row.at), el('span.under', {}, el('span.number', {}, numbered(row.id)), ' ', el('span.day', {}, day(row.at)))),
    el('span.way', { 'aria-hidden': 'true' }, way(row.plane)),
    el('span.unseen', {}, say(`plane.${row.plane}`)),
  );
}

/** How long a row has run by now. */
export function age(row) {
  const ms = row.running.for_ms + performance.now() - (row.heard ?? performance.now());
  return duration(ms < 1000 ? Math.round(ms / 100) * 100 : Math.floor(ms / 1000) * 1000);
}

/** Whether a row is of another day than the one above it, or the first and not of today. */
export const isOtherDay = (above, row) =>
  (above ? new Date(above.at).toDateString() !== new Date(row.at).toDateString() : !isToday(row.at));

// App and device in one line.
function who(row) {
  const parts = [['app', row.app], ['device', row.device_name]].filter(([, value]) => value);
  return parts.map(([key, value], at) => [at > 0 && ' · ', el('span', { 'data-term': term(key, value) }, value)]);
}

// `application/problem+json; charset=utf-8` is `json`.
const kind = (type) => type.split(';')[0].split('/').at(-1).split('+').at(-1).trim();

function remarks(row) {
  // What was made on purpose stands first: it is never cut off.
  const made = row.injected.map((fault) => el('span.tag.fault', { title: told(fault, row.plane) }, `✳ ${brief(fault)}`));
  made.push(el('span.host', { 'data-term': term('host', row.host) }, row.host));
  if (row.imported) made.push(el('span.tag', { 'data-term': 'is:imported' }, say('row.imported')));
  if (row.replay_of) made.push(el('span.tag', {}, say('row.replay', { of: numbered(row.replay_of) })));
  if (row[FOLDED]) made.push(el('span.tag.many', { 'data-term': term('delivery', row.delivery), title: say('row.attempts.means') }, say('row.attempts', { n: row[FOLDED] })));
  else if (row.attempt > 1) made.push(el('span.tag', {}, say('row.attempt', { number: row.attempt })));
  if (row.cloud_at) made.push(el('span.tag', { title: say('row.cloud_time.means') }, say('row.cloud_time', { at: stamp(row.cloud_at) })));
  if (row.without_token) made.push(el('span.why.mild', {}, say('row.without_token')));
  if (row.running) made.push(el('span.why.mild', {}, say(`running.${row.running.stage}`)));
  if (row.comment) made.push(el('span.comment', { title: row.comment }, `✎ ${row.comment}`));
  if (row.code) made.push(el('span.why', {}, el('span', { 'data-term': term('code', row.code) }, row.code), because(row) && [' · ', prose(because(row))]));
  else if (row.finding) made.push(el(`span.why${row.verdict === 'fail' ? '' : '.mild'}`, {}, prose(row.finding.text)));
  else if (row.why) made.push(el('span.why.mild', {}, prose(row.why)));
  return made;
}
