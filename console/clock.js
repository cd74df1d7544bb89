// The clock of the simulated cloud, and winding it.

import { attempt, toast } from './toast.js';
import { button, el, fill } from './dom.js';
import { post, read } from './api.js';
import { duration, say, stamp } from './words.js';

const STEPS = ['1m', '1h', '1d', '3d'];

/** The clock with its buttons; `wound` is told when it was turned. */
export function clock(wound) {
  const shown = el('span.time');
  const show = (reading) => fill(shown, stamp(reading.now), ' ', el('b', {}, ahead(reading.ahead_ms)));
  const turn = (body) => attempt(async () => {
    const reading = await post('/api/clock', body);
    show(reading);
    toast(reading.attempts === undefined ? say('clock.reset.done') : say('clock.wound', { n: reading.attempts }));
    wound();
  });
  const by = el('input', { value: '5m', size: 6, 'aria-label': say('clock.by') });
  const submit = (event) => {
    event.preventDefault();
    turn({ advance: by.value });
  };
  read('/api/clock').then(show, () => {});
  return el('form.clock', { 'aria-label': say('clock.title'), on: { submit } },
    el('span', {}, say('clock.title')), shown,
    STEPS.map((step) => button(`+${say(`clock.${step}`)}`, () => turn({ advance: step }))),
    by, el('button', { type: 'submit' }, say('clock.wind')),
    button(say('clock.reset'), () => turn({ reset: true }), { class: 'quiet' }));
}

const ahead = (ms) => (Math.abs(ms) < 1000 ? say('clock.true') : `${ms > 0 ? '+' : '−'}${duration(Math.abs(ms))}`);
