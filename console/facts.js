// Who, where to and how long, in one line; each value leads to its like.

import { brief } from './injected.js';
import { duration, say } from './words.js';
import { el, prose } from './dom.js';
import { pick } from './terms.js';

/** The line below the sentence. */
export function facts(shown, filter) {
  const short = [
    ['fact.app', 'app', shown.app], ['fact.device', 'device', shown.device_name ?? shown.device],
    ['fact.event', 'event', shown.event], ['fact.attempt', 'attempt', shown.attempt], ['fact.to', null, shown.to],
    ['fact.took', null, shown.took_ms === null || shown.running ? null : duration(shown.took_ms)],
  ];
  return [
    list('facts', short, shown, filter),
    // What was refused was not accepted, whatever it had besides.
    shown.notes.length > 0 && (!shown.code || shown.stages.passed) && el('div.noted', {}, el('b', {}, say('fact.notes')),
      el('ul', {}, shown.notes.map((note) => el('li', {}, prose(note))))),
    shown.faults.length > 0 && el('p.faulty', {}, el('b', {}, say('fact.faults')), ' ',
      shown.injected.map((fault) => el('span.tag.fault', {}, `✳ ${brief(fault)}`)),
      shown.injected.length === 0 && shown.faults.map((fault) => el('span.tag.fault', {}, fault))),
  ];
}

/** The rest of them, which is wanted more rarely. */
export const others = (shown, filter) => list('facts', [
  ['fact.user', 'user', shown.user], ['fact.store', 'store', shown.store], ['fact.device', 'device', shown.device],
  ['fact.host', 'host', shown.host], ['fact.entrance', null, shown.entrance],
], shown, filter);

function list(name, rows, shown, filter) {
  const kept = rows.filter(([, , value]) => value !== null && value !== undefined && value !== '');
  return el(`dl.${name}`, {}, kept.map(([key, term, value]) => el('div', {}, el('dt', {}, say(key)),
    el('dd', {}, term ? pick(filter, term, value, shown.id) : String(value)))));
}
