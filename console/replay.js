// An exchange once more, as it was or edited. The original stays as it is.

import { address, go, keptFilter } from './route.js';
import { attempt, toast } from './toast.js';
import { button, el, field, fill } from './dom.js';
import { post } from './api.js';
import { say } from './words.js';

/** Sends it again: `app` through the whole pipeline, `delivered` straight to the partner. */
export async function replay(exchange, as, changes = {}) {
  const made = await attempt(() => post(`/api/exchanges/${exchange.id}/replay`, { as, ...changes }));
  if (!made) return false;
  toast(say('done.replayed', { id: `#${made.exchange}` }));
  isFresh = true;
  go(address('exchange', [made.exchange], { filter: keptFilter() }));
  return true;
}

let isFresh = false;

/** Whether what is shown now was just made: once, for whoever moves the focus there. */
export function takeFresh() {
  const was = isFresh;
  isFresh = false;
  return was;
}

/** Opens the editor. */
export function edit(exchange) {
  const isProxy = exchange.plane === 'proxy';
  const state = { as: isProxy ? 'app' : 'delivered' };
  const message = () => (state.as === 'app' ? exchange.stages.asked : exchange.stages.passed) ?? exchange.stages.asked ?? exchange.stages.passed;
  const method = el('input', { value: exchange.method, spellcheck: 'false' });
  const url = el('input', { value: exchange.url, spellcheck: 'false' });
  const body = el('textarea', { rows: 10, spellcheck: 'false' });
  const table = el('tbody');
  const rows = [];
  const add = (one = { name: '', value: '' }) => {
    const row = line(one, () => rows.splice(rows.indexOf(row), 1));
    rows.push(row);
    table.append(row.node);
    return row;
  };
  const prefill = () => {
    fill(table);
    rows.length = 0;
    for (const one of message().fields.filter((one) => !FRAMING.has(one.name.toLowerCase()))) add(one);
    body.value = message().body?.text ?? '';
    body.disabled = Boolean(message().body) && message().body.text === null;
  };
  const send = async () => {
    const changes = { ...changed(message(), rows), method: method.value, url: url.value };
    if (!body.disabled && body.value !== (message().body?.text ?? '')) changes.body = body.value;
    if (await replay(exchange, state.as, changes)) dialog.close();
  };
  const choice = (as) => {
    const radio = el('input', { type: 'radio', name: 'as', value: as, id: `as-${as}`, checked: state.as === as,
      on: { change: () => { state.as = as; prefill(); } } });
    return el('p.check', {}, radio, el('label', { for: `as-${as}` }, el('b', {}, say(`replay.${as}`)), ' ', say(`replay.${as}.means`)));
  };
  const dialog = el('dialog.editor', { 'aria-labelledby': 'edit-title', on: { close: () => dialog.remove() } },
    el('h2', { id: 'edit-title' }, say('edit.title', { id: `#${exchange.id}` })),
    isProxy && el('fieldset', {}, el('legend', {}, say('edit.as')), choice('app'), exchange.stages.passed && choice('delivered')),
    el('div.line', {}, field(say('edit.method'), method), field('URL', url)),
    el('table.edited', {},
      el('caption', {}, say('edit.fields')),
      el('thead.unseen', {}, el('tr', {}, ['header.name', 'header.value', 'act.delete'].map((key) => el('th', { scope: 'col' }, say(key))))),
      table),
    el('p', {}, button(say('edit.add'), () => add().node.querySelector('input').focus(), { class: 'quiet' })),
    field(say('edit.body'), body, body.disabled && say('edit.binary')),
    el('p.actions', {}, button(say('act.send'), send, { class: 'primary' }), button(say('act.cancel'), () => dialog.close())));
  prefill();
  document.body.append(dialog);
  dialog.showModal();
}

const FRAMING = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);

/** A header that can be edited. */
export function line(one, gone) {
  const name = el('input', { value: one.name, 'aria-label': say('header.name'), spellcheck: 'false' });
  const value = el('input', { value: one.value, 'aria-label': say('header.value'), spellcheck: 'false' });
  const node = el('tr', {}, el('td', {}, name), el('td', {}, value),
    el('td', {}, button('×', () => { node.remove(); gone(); }, { class: 'quiet square', 'aria-label': say('edit.remove', { name: one.name }) })));
  return { node, name, value };
}

/** What of the headers was edited. */
// What is masked and untouched is not sent: the gateway has the true value.
export function changed(message, rows) {
  const now = new Map(rows.filter((row) => row.name.value.trim()).map((row) => [row.name.value.trim(), row.value.value]));
  const lower = new Set([...now.keys()].map((name) => name.toLowerCase()));
  const was = new Map(message.fields.map((one) => [one.name.toLowerCase(), one.value]));
  // `fromEntries` defines: a field called `__proto__` is one like the others.
  const set = Object.fromEntries([...now].filter(([name, value]) => was.get(name.toLowerCase()) !== value));
  const unset = message.fields.map((one) => one.name).filter((name) => !lower.has(name.toLowerCase()) && !FRAMING.has(name.toLowerCase()));
  return { set, unset };
}
