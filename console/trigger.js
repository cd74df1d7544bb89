// The form of one event: whom it concerns, and the body that the simulated world gives it, field by
// field.

import { attempt, toast } from './toast.js';
import { results, summary, worst } from './result.js';
import { button, el, field, fill, prose, select } from './dom.js';
import { edits, isEdited, payload, written } from './payload.js';
import { payloads } from './payloads.js';
import { post, read } from './api.js';
import { knows, numbered, say } from './words.js';

const DOCUMENTS = [
  'SELL', 'PAYBACK', 'OPEN_SESSION', 'CLOSE_SESSION', 'CASH_INCOME', 'CASH_OUTCOME', 'X_REPORT', 'Z_REPORT', 'POS_OPEN_SESSION', 'FPRINT',
];

// What was chosen and changed for each event, while the page is open: another language, another user or
// another tab take nothing of it away.
const drafts = new Map();

/** The form. `sent` gets the deliveries. */
export function trigger(event, world, sent) {
  const isAsna = event.event.startsWith('asna.');
  // The same seed gives the same body when it is sent.
  const { wish, changes } = draftOf(event.event);
  if (!isEdited(changes)) wish.seed = Math.floor(Math.random() * 2 ** 52);
  const place = el('div.payload');
  const refresh = async () => {
    if (isAsna || event.method === 'GET') return;
    try {
      const draft = await post('/api/webhooks/preview', wish);
      fill(place, payload(draft, changes));
    } catch (error) {
      fill(place, el('p.hint', {}, prose(`${error.message} ${error.hint ?? ''}`)));
    }
  };
  const send = (extra) => attempt(async () => {
    const made = await post('/api/webhooks', { ...asked(wish, isAsna), ...(isAsna ? {} : written(changes)), ...extra, wait: true });
    toast(summary(made.deliveries), { tone: worst(made.deliveries) });
    fill(outcome, results(made.deliveries), made.notes.map((text) => el('p.hint', {}, prose(text))));
    outcome.scrollIntoView({ block: 'nearest' });
    sent(made.deliveries);
  });
  const broken = () => {
    const chosen = changes.invalid.size > 0 ? [...changes.invalid] : [place.querySelector('[data-path]')?.dataset.path].filter(Boolean);
    if (chosen.length === 0) return toast(say('trigger.nothing_to_break'), { isBad: true });
    return send({ invalid: chosen, content: undefined });
  };
  const outcome = el('div.outcome', { role: 'status' });
  const load = (content) => {
    put(event.event, content);
    refresh();
  };
  // What is written as JSON as it stands, else the body with its changes.
  const content = async () => changes.content ?? JSON.stringify((await post('/api/webhooks/preview', { ...wish, ...written(changes) })).body);
  const adopted = async (number) => {
    await adopt(event.event, number);
    return refresh;
  };
  const kept = !isAsna && event.method !== 'GET' && payloads(event.event, { load, content, adopt: adopted });
  refresh();
  return [
    el('h2', { id: 'form-title' }, event.event),
    el('p', {}, titled(event)),
    el('p.hint', {}, el('code', {}, `${event.method} ${event.path}`), ' · ', authority(event), ' · ', repeats(event)),
    el('div.line', {}, choices(event, world, wish, refresh, isAsna)),
    kept,
    place,
    el('p.actions', {},
      button(say('trigger.send'), () => send({}), { class: 'primary' }),
      button(say('trigger.twice'), () => send({ copies: 2 }), { title: say('trigger.twice.means') }),
      !isAsna && button(say('trigger.broken'), broken, { title: say('trigger.broken.means') })),
    outcome,
  ];
}

/** Makes the body of a recorded exchange that of the event's webhook to come. */
export async function adopt(event, number) {
  const { stages } = await read(`/api/exchanges/${encodeURIComponent(number)}`);
  const body = (stages.passed ?? stages.asked)?.body;
  if (!body || body.text === null || !body.whole || body.text_cut) throw new Error(say('payloads.no_body', { id: numbered(number) }));
  put(event, body.text);
}

function draftOf(event) {
  if (!drafts.has(event)) drafts.set(event, { wish: { event }, changes: edits() });
  return drafts.get(event);
}

const put = (event, content) => Object.assign(draftOf(event).changes, edits(), { content, tab: 'json' });

/** What an event means, in the reader's language. */
export function titled(event) {
  const key = `event.${event.event}`;
  return knows(key) ? say(key) : event.title;
}

const authority = (event) => (knows(`authority.${event.authorization}`) ? say(`authority.${event.authorization}`) : event.authorization);
const repeats = (event) => say(`repeats.${event.class}`);

function choices(event, world, wish, refresh, isAsna) {
  if (isAsna) return null;
  const pick = (name, list, labels) => list.length > 0 && field(labels, select([['', say('trigger.any')], ...list], wish[name] ?? '', (value) => {
    if (value) wish[name] = value;
    else delete wish[name];
    refresh();
  }));
  const stores = world.users.flatMap((user) => user.stores);
  const devices = stores.flatMap((store) => store.devices);
  return [
    pick('app', world.apps.filter((app) => app.webhooks !== null).map((app) => [app.name, app.name]), say('fact.app')),
    pick('user', world.users.map((user) => [user.id, user.id]), say('fact.user')),
    pick('store', stores.map((store) => [store.uuid, store.name]), say('fact.store')),
    pick('device', devices.map((device) => [device.uuid, device.name]), say('fact.device')),
    event.event === 'documents' && pick('document', DOCUMENTS.map((kind) => [kind, kind]), say('trigger.document')),
  ];
}

// For an event of ASNA the gateway composes the body when it is asked for it.
const asked = ({ seed, ...wish }, isAsna) => (isAsna ? wish : { ...wish, seed });
