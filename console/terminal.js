// What a simulated terminal does: a sale, a refund, a document, a shift, cash in and out, a report.

import { attempt, toast } from './toast.js';
import { results, summary, worst } from './result.js';
import { button, el, field, fill, prose, select } from './dom.js';
import { post } from './api.js';
import { say } from './words.js';

const ACTS = {
  receipt: { what: 'receipt' }, payback: { what: 'receipt', payback: true }, document: { what: 'document' },
  session: { what: 'session' }, income: { what: 'cash-income' }, outcome: { what: 'cash-outcome' }, report: { what: 'x-report' },
};

/** The card; `happened` is told when the webhooks of it were sent. */
export function terminal(world, happened) {
  const devices = world.users.flatMap((user) => user.stores).flatMap((store) => store.devices);
  const wish = {};
  const outcome = el('div.outcome', { role: 'status' });
  const act = (name) => attempt(async () => {
    const made = await post('/api/simulate', { ...ACTS[name], ...wish, wait: true });
    toast([say('terminal.done', { n: made.deliveries.length }), summary(made.deliveries)].join(' '), { tone: worst(made.deliveries) });
    fill(outcome, results(made.deliveries), made.notes.map((text) => el('p.hint', {}, prose(text))));
    await happened();
  });
  return [
    el('h2', { id: 'terminal-title' }, say('terminal.title')), el('p.hint', {}, say('terminal.means')),
    el('div.inline', {},
      devices.length > 1 && field(say('fact.device'), select([['', say('trigger.any')], ...devices.map((one) => [one.uuid, one.name])], '', (device) => {
        if (device) wish.device = device;
        else delete wish.device;
      })),
      Object.keys(ACTS).map((name) => button(say(`terminal.${name}`), () => act(name)))),
    outcome,
  ];
}
