// What an empty timeline teaches: how the first row gets there.

import { address } from './route.js';
import { button, el, fill } from './dom.js';
import { copy } from './toast.js';
import { firstSteps } from './firststeps.js';
import { read } from './api.js';
import { say } from './words.js';

// Where the command of a webhook stands, from 1; it brings the token and shows the verdict as well.
const WEBHOOK_STEP = 4;

/** The lesson; with a filter it is about the filter. */
export function lesson(filter) {
  if (filter) {
    return el('div.lesson', {}, el('h2', {}, say('empty.filtered')), el('p', {}, say('empty.filtered.remedy')),
      el('a', { href: address('timeline') }, say('empty.unfilter')));
  }
  const [request, webhook, token, contract] = ['div', 'div', 'p.hint', 'p.hint'].map((one) => el(one));
  first({ request, webhook, token, contract });
  return el('div.lesson', {},
    el('h2', {}, say('empty.title')),
    firstSteps({ request, webhook, token, contract }),
    el('p', {}, el('a', { href: address('connect') }, say('empty.connect')), ' · ',
      el('a', { href: address('webhooks') }, say('empty.webhooks'))));
}

/** A command line with a button that copies it. */
export function command(text) {
  return el('div.command', {}, el('pre', { tabindex: 0 }, el('code', {}, text)),
    button(say('act.copy'), () => copy(text, say('done.copied')), { class: 'quiet' }));
}

async function first({ request, webhook, token, contract }) {
  // Where there is no answer, the page says so elsewhere.
  const known = await read('/api/connect').catch(() => null);
  if (!known) return;
  fill(request, known.sample ? command(known.sample.command) : el('p', {}, el('a', { href: address('world') }, say('empty.no_rule'))));
  if (!known.webhook) return;
  fill(webhook, command(known.webhook));
  for (const place of [token, contract]) fill(place, say('step.same_command', { n: WEBHOOK_STEP }));
}
