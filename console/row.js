// One exchange as one row of the timeline.

import { el } from './dom.js';
import { brief, standIn, told } from './injected.js';
import { duration, knows, moment, say, stamp } from './words.js';

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
export function result(row) {
  const kind = outcome(row);
  if (row.running) return el('span.result.open', {}, '…');
  const sign = { good: '✓', odd: '!', bad: '✕' }[kind];
  return el(`span.result.${kind}`, {}, el('span.sign', { 'aria-hidden': 'true' }, sign), ` ${row.status ?? '—'}`);
}

/** The option of a row. */
export function option(row) {
  return el(`div.row.${row.plane}`, { role: 'option', 'aria-label': spoken(row) },
    el('span.when', {}, moment(row.at)),
    el('span.way', {}, way(row.plane)),
    el('span.method', {}, row.method),
    el('span.where', {}, row.event && el('b', {}, row.event), row.event && ' ', row.path || row.url),
    el('span.note', {}, remarks(row)),
    el('span.who', {}, who(row)),
    result(row),
    el('span.took', {}, row.running ? age(row) : row.took_ms === null ? '' : duration(row.took_ms)),
  );
}

/** How long a row has run by now. */
export function age(row) {
  const ms = row.running.for_ms + performance.now() - (row.heard ?? performance.now());
  return duration(ms < 1000 ? Math.round(ms / 100) * 100 : Math.floor(ms / 1000) * 1000);
}

/** App and device in one line. */
export const who = (row) => [row.app, row.device_name].filter(Boolean).join(' · ');

function remarks(row) {
  // What was made on purpose stands first: it is never cut off.
  const made = row.injected.map((fault) => el('span.tag.fault', { title: told(fault, row.plane) }, `✳ ${brief(fault)}`));
  made.push(el('span.host', {}, row.host));
  if (row.replay_of) made.push(el('span.tag', {}, say('row.replay', { of: `#${row.replay_of}` })));
  if (row.attempt > 1) made.push(el('span.tag', {}, say('row.attempt', { number: row.attempt })));
  if (row.cloud_at) made.push(el('span.tag', { title: say('row.cloud_time.means') }, say('row.cloud_time', { at: stamp(row.cloud_at) })));
  if (row.without_token) made.push(el('span.why.mild', {}, say('row.without_token')));
  if (row.running) made.push(el('span.why.mild', {}, say(`running.${row.running.stage}`)));
  if (row.code) made.push(el('span.why', {}, [row.code, because(row)].filter(Boolean).join(' · ')));
  else if (row.finding) made.push(el(`span.why${row.verdict === 'fail' ? '' : '.mild'}`, { lang: 'en' }, row.finding.text));
  else if (row.why) made.push(el('span.why.mild', {}, row.why));
  return made;
}

// A refusal is explained in the reader's language; what a partner did wrong only the gateway knows.
function because(row) {
  const key = `code.${row.code}`;
  return row.code && knows(key) ? say(key) : row.why;
}

function spoken(row) {
  const parts = [
    moment(row.at), say(`plane.${row.plane}`), row.event, row.method, row.path || row.url, row.host,
    row.running ? say(`running.${row.running.stage}`)
      : row.status === null ? say('row.no_status') : say('row.status', { status: String(row.status) }),
    row.verdict && say(`verdict.${row.verdict}`),
    row.code && say('row.refused', { code: row.code }), because(row), row.finding?.text, row.without_token && say('row.without_token'), who(row),
    ...row.injected.map((fault) => told(fault, row.plane)),
    !row.running && row.took_ms !== null && duration(row.took_ms),
  ];
  return parts.filter(Boolean).join(', ');
}
