// What there is to do at first, and what of it is done; it follows what happens.

import { chosen } from './strip.js';
import { el, fill } from './dom.js';
import { remedies } from './chipremedies.js';
import { sentence } from './chips.js';
import { status } from './status.js';
import { say } from './words.js';

// The chip that says more of a step.
const CHIPS = new Map(Object.entries({ service: 'upstream', request: 'terminal', token: 'token', webhook: 'webhook', contract: 'webhook' }));

/** The list. `samples` has what to run, by step; a step without a command may say which one does it. */
export function firstSteps(samples) {
  const places = new Map();
  const node = el('ol.first');
  const draw = () => {
    const app = chosen();
    if (!app) return;
    const next = app.steps.find(({ done }) => !done)?.step;
    for (const { step, done } of app.steps) {
      if (!places.has(step)) places.set(step, item(node, samples[step]));
      places.get(step)(step, done, step === next ? telling(app, step) : null);
    }
  };
  const listen = () => {
    if (node.isConnected) draw();
    else status.removeEventListener('change', listen);
  };
  draw();
  // It is put into the page behind this.
  setTimeout(() => {
    status.addEventListener('change', listen);
    listen();
  });
  return node;
}

function item(list, sample) {
  const [title, more] = [el('p'), el('div')];
  const row = el('li', {}, title, more, sample);
  list.append(row);
  let drawn = null;
  return (step, done, chip) => {
    const seen = JSON.stringify([done, chip]);
    if (seen === drawn) return;
    drawn = seen;
    row.className = done ? 'done' : '';
    if (sample) sample.hidden = done;
    fill(title, el(`span.mark.${done ? 'pass' : 'wait'}`, {}, done ? `✓ ${say('step.done')}` : `○ ${say('step.open')}`), ' ', say(`step.${step}`));
    fill(more, chip && el('p.hint', {}, sentence(chip)), chip && el('p.actions', {}, remedies(chip)));
  };
}

// What stands in the way of a step.
function telling(app, step) {
  const own = app.chips.filter(({ name }) => name === CHIPS.get(step));
  return own.find(({ state }) => state !== 'ok');
}
