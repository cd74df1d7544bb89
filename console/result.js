// What became of webhooks that were just sent, shown where they were sent from.

import { address } from './route.js';
import { el, prose } from './dom.js';
import { finding, mark } from './findings.js';
import { read } from './api.js';
import { say } from './words.js';

const SHOWN = 5;
// The journal is written a moment after the answer was told of.
const PAUSES = [150, 300, 600, 1200, 2400];

/** How it went: `good`, `odd` or `bad`. */
export function tone(one) {
  if (one.state === 'queued' && one.attempts === 0) return 'odd';
  if (one.verdict === 'fail' || one.status === null) return 'bad';
  return one.verdict === 'pass' ? 'good' : 'odd';
}

/** The gravest of several. */
export function worst(deliveries) {
  const all = deliveries.map(tone);
  return ['bad', 'odd'].find((kind) => all.includes(kind)) ?? 'good';
}

/** In a word: the status and what it is worth, or that nobody got it. */
export function short(one) {
  const made = one.verdict === null && one.status !== null && one.findings?.[0]?.level === 'note';
  const worth = made ? say('verdict.note') : one.verdict && say(`verdict.${one.verdict}`);
  if (one.status === null) return one.failure ? say('result.not_delivered') : say(`state.${one.state}`);
  return [String(one.status), worth].filter(Boolean).join(', ');
}

/** All of them in one line, for a toast. */
export function summary(deliveries) {
  if (deliveries.length === 0) return say('trigger.none');
  const order = ['bad', 'odd', 'good'];
  const [first] = deliveries.toSorted((one, other) => order.indexOf(tone(one)) - order.indexOf(tone(other)));
  return say(deliveries.length === 1 ? 'result.sent' : 'result.sent_many', { n: deliveries.length, result: short(first) });
}

/** The panel. */
export function results(deliveries) {
  if (deliveries.length === 0) return el('p.hint', {}, say('trigger.none'));
  const rest = deliveries.length - SHOWN;
  return [
    deliveries.slice(0, SHOWN).map((one) => result(one)),
    rest > 0 && el('p.hint', {}, say('result.more', { n: rest })),
  ];
}

/** One delivery: status, verdict, why, the body of the answer, the exchange. */
export function result(one) {
  const link = el('a', { href: address('timeline', [], { filter: `delivery:${one.delivery}` }) }, say('result.exchange'));
  lead(link, one.delivery);
  return el(`article.sent.${tone(one)}`, {},
    el('p', {}, el('b', {}, one.event), ' ', outcome(one), ' ', link),
    one.failure && el('p', {}, prose(one.failure)),
    (one.findings ?? []).map(finding),
    one.answer !== null && el('details', {}, el('summary', {}, say('result.answer')), el('pre', { tabindex: 0 }, written(one.answer))));
}

/** Status and verdict with their signs. */
export function outcome(one) {
  if (one.status === null) return el('span.mark.fail', {}, one.failure ? `✕ ${say('result.not_delivered')}` : `◷ ${say(`state.${one.state}`)}`);
  const isMade = one.verdict === null && one.findings?.[0]?.level === 'note';
  return [el('code', {}, String(one.status)), ' ', one.verdict ? mark(one.verdict) : isMade && mark('note')];
}

/** How the last attempt of a delivery went, and whether there will be another. */
export function state(one) {
  const isTried = one.status !== null || Boolean(one.failure);
  const told = one.state === 'queued' ? el('span.mark.wait', {}, `◷ ${say('state.queued')}`)
    : one.state === 'failed' ? el('span.hint', {}, say('state.failed'))
      // An answer that is worth its verdict says that it was delivered.
      : !one.verdict && el('span.mark.pass', {}, `✓ ${say('state.delivered')}`);
  return isTried ? [outcome(one), told && [' · ', told]] : told;
}

/** A body as the API gives it: JSON, or a text. */
export const written = (body) => (typeof body === 'string' ? body : JSON.stringify(body, null, 2));

async function lead(link, delivery) {
  for (const pause of PAUSES) {
    await new Promise((wake) => { setTimeout(wake, pause); });
    const page = await read('/api/exchanges', { filter: `delivery:${delivery}`, limit: 1 }).catch(() => null);
    const newest = page?.exchanges[0];
    if (newest) {
      link.href = address('exchange', [newest.id]);
      return;
    }
  }
}
