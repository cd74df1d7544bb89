// The delivery that a webhook's exchange is an attempt of: all attempts, the time of the next, and making it
// now.

import { address } from './route.js';
import { attempt as tried, toast } from './toast.js';
import { button, el, fill } from './dom.js';
import { post, read } from './api.js';
import { short, state, tone } from './result.js';
import { stream } from './stream.js';
import { tries } from './tries.js';
import { say, stamp } from './words.js';

const BREATH = 300;

/** The strip; it follows what becomes of the delivery until `signal` ends it. */
export function delivery(shown, signal) {
  const node = el('section.delivery', { 'aria-label': say('delivery.label') });
  let timer = null;
  const draw = async () => {
    timer = null;
    const all = read('/api/exchanges', { filter: `delivery:=${shown.delivery}`, limit: 100 }).catch(() => ({ exchanges: [] }));
    const detail = await read(`/api/deliveries/${shown.delivery}`).catch(() => null);
    const exchanges = new Map((await all).exchanges.map((row) => [row.attempt, row.id]));
    if (signal.aborted) return;
    // State may be reset while the journal keeps what was.
    node.hidden = detail === null;
    if (detail) show(detail, exchanges);
  };
  const show = (detail, exchanges) => {
    const isHeld = node.contains(document.activeElement);
    const isMany = detail.tries.length > 1;
    const now = button(say('deliveries.now'), deliver, { class: 'small' });
    fill(node,
      el('p.line', {},
        el('b', {}, shown.attempt === null ? say('delivery.none') : say('delivery.attempt', { number: shown.attempt, n: detail.tries.length })), ' · ',
        state(detail), detail.next_attempt && [' · ', say('deliveries.next', { at: stamp(detail.next_attempt) })], ' ',
        now, ' ', el('a', { href: address('webhooks', [detail.event, shown.delivery]) }, say('delivery.all'))),
      isMany && tries(detail, { exchanges, current: shown.attempt }));
    if (isHeld) now.focus();
  };
  const deliver = () => tried(async () => {
    const [made] = await post(`/api/deliveries/${shown.delivery}/deliver?wait=true`);
    toast(say('result.sent', { result: short(made) }), { tone: tone(made) });
    await draw();
  });
  stream.addEventListener('events', ({ detail }) => {
    if (detail.some(({ name, data }) => name === 'exchange' && data.delivery === shown.delivery)) timer ??= setTimeout(draw, BREATH);
  }, { signal });
  draw();
  return node;
}
