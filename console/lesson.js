// What an empty timeline teaches: how the first row gets there.

import { address } from './route.js';
import { button, el } from './dom.js';
import { copy } from './toast.js';
import { firstSteps } from './firststeps.js';
import { read } from './api.js';
import { say } from './words.js';

/** The lesson; with a filter it is about the filter. */
export function lesson(filter) {
  if (filter) {
    return el('div.lesson', {}, el('h2', {}, say('empty.filtered')), el('p', {}, say('empty.filtered.remedy')),
      el('a', { href: address('timeline') }, say('empty.unfilter')));
  }
  const place = el('div');
  first(place);
  return el('div.lesson', {},
    el('h2', {}, say('empty.title')),
    firstSteps({ request: place, webhook: command('evotor-gateway trigger user.create --wait') }),
    el('p', {}, el('a', { href: address('connect') }, say('empty.connect')), ' · ',
      el('a', { href: address('webhooks') }, say('empty.webhooks'))));
}

/** A command line with a button that copies it. */
export function command(text) {
  return el('div.command', {}, el('pre', { tabindex: 0 }, el('code', {}, text)),
    button(say('act.copy'), () => copy(text, say('done.copied')), { class: 'quiet' }));
}

async function first(place) {
  // The documented address is the likely one.
  const known = await read('/api/connect').catch(() => null);
  const proxy = known?.proxy ?? 'http://127.0.0.1:80';
  place.replaceChildren(command(`curl -x '${proxy}' 'http://loyalty.example.ru/api/points?phone=79001234567'`));
}
