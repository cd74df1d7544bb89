// The form of one event: whom it concerns, and the body that the simulated world gives it, field by
// field.

import { attempt, toast } from './toast.js';
import { results, summary, worst } from './result.js';
import { button, el, field, fill, select } from './dom.js';
import { post } from './api.js';
import { say, knows } from './words.js';

const DOCUMENTS = [
  'SELL', 'PAYBACK', 'OPEN_SESSION', 'CLOSE_SESSION', 'CASH_INCOME', 'CASH_OUTCOME', 'X_REPORT', 'Z_REPORT', 'POS_OPEN_SESSION', 'FPRINT',
];
const MOST_FIELDS = 200;

/** The form. `sent` gets the deliveries. */
export function trigger(event, world, sent) {
  const isAsna = event.event.startsWith('asna.');
  // The same seed gives the same body when it is sent.
  const wish = { event: event.event, seed: Math.floor(Math.random() * 2 ** 52) };
  const changes = { set: new Map(), unset: new Set(), invalid: new Set() };
  const place = el('div.payload');
  const refresh = async () => {
    for (const kind of Object.values(changes)) kind.clear();
    if (isAsna || event.method === 'GET') return;
    try {
      const draft = await post('/api/webhooks/preview', wish);
      fill(place, payload(draft, changes));
    } catch (error) {
      fill(place, el('p.hint', {}, error.message, ' ', error.hint));
    }
  };
  const send = (extra) => attempt(async () => {
    const made = await post('/api/webhooks', { ...asked(wish, isAsna), ...written(changes, isAsna), ...extra, wait: true });
    toast(summary(made.deliveries), { tone: worst(made.deliveries) });
    fill(outcome, results(made.deliveries), made.notes.map((text) => el('p.hint', { lang: 'en' }, text)));
    outcome.scrollIntoView({ block: 'nearest' });
    sent(made.deliveries);
  });
  const broken = () => {
    const chosen = changes.invalid.size > 0 ? [...changes.invalid] : [place.querySelector('[data-path]')?.dataset.path].filter(Boolean);
    if (chosen.length === 0) return toast(say('trigger.nothing_to_break'), { isBad: true });
    return send({ invalid: chosen });
  };
  const outcome = el('div.outcome', { role: 'status' });
  refresh();
  return [
    el('h2', { id: 'form-title' }, event.event),
    el('p', {}, titled(event)),
    el('p.hint', {}, el('code', {}, `${event.method} ${event.path}`), ' · ', authority(event), ' · ', repeats(event)),
    el('div.line', {}, choices(event, world, wish, refresh, isAsna)),
    place,
    el('p.actions', {},
      button(say('trigger.send'), () => send({}), { class: 'primary' }),
      button(say('trigger.twice'), () => send({ copies: 2 }), { title: say('trigger.twice.means') }),
      !isAsna && button(say('trigger.broken'), broken, { title: say('trigger.broken.means') })),
    outcome,
  ];
}

/** What an event means, in the reader's language. */
export function titled(event) {
  const key = `event.${event.event}`;
  return knows(key) ? say(key) : event.title;
}

const authority = (event) => (knows(`authority.${event.authorization}`) ? say(`authority.${event.authorization}`) : event.authorization);
const repeats = (event) => say(`repeats.${event.class}`);

function choices(event, world, wish, refresh, isAsna) {
  if (isAsna) return null;
  const pick = (name, list, labels) => list.length > 0 && field(labels, select([['', say('trigger.any')], ...list], '', (value) => {
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

function payload(draft, changes) {
  const leaves = flat(draft.body).slice(0, MOST_FIELDS);
  const head = el('pre.head', { tabindex: 0, 'aria-label': say('trigger.head') },
    [`${draft.method} ${draft.url}`, ...draft.fields.map(([name, value]) => `${name}: ${value}`)].join('\n'));
  if (leaves.length === 0) return head;
  return [head, el('table.payload', {}, el('caption', {}, say('trigger.body')),
    el('thead', {}, el('tr', {}, ['trigger.field', 'header.value', 'trigger.change'].map((key) => el('th', { scope: 'col' }, say(key))))),
    el('tbody', {}, leaves.map(([path, value]) => leaf(path, value, changes))))];
}

function leaf(path, value, changes) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const input = el('input', { value: text, 'aria-label': path, spellcheck: 'false', 'data-path': path, on: { input: () => {
    if (input.value === text) changes.set.delete(path);
    else changes.set.set(path, typed(input.value, value));
    mark();
  } } });
  const toggle = (kind) => button(say(`trigger.${kind}`), (event) => {
    const isOn = !changes[kind].delete(path);
    if (isOn) changes[kind].add(path);
    event.target.setAttribute('aria-pressed', isOn);
    mark();
  }, { 'aria-pressed': 'false', 'aria-label': `${say(`trigger.${kind}`)}: ${path}`, class: 'quiet small' });
  const row = el('tr', {}, el('th', { scope: 'row' }, el('code', {}, path)), el('td', {}, input), el('td', {}, toggle('unset'), toggle('invalid')));
  const mark = () => {
    row.classList.toggle('changed', changes.set.has(path) || changes.invalid.has(path));
    row.classList.toggle('gone', changes.unset.has(path));
  };
  return row;
}

// Text stays text, though it may look like a number.
function typed(text, was) {
  if (typeof was === 'string') return JSON.stringify(text);
  return text;
}

// For an event of ASNA the gateway composes the body when it is asked for it.
const asked = ({ seed, ...wish }, isAsna) => (isAsna ? wish : { ...wish, seed });

function written({ set, unset, invalid }, isAsna) {
  if (isAsna) return {};
  return { set: [...set].map(([path, value]) => `${path}=${value}`), unset: [...unset], invalid: [...invalid] };
}

function flat(value, path = '') {
  if (value === null || typeof value !== 'object') return path ? [[path, value]] : [];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key));
}
