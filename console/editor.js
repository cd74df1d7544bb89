// A request, changed and sent again; the original stays as it is.

import { button, el, field, fill } from './dom.js';
import { jsonfield, MASK } from './jsonfield.js';
import { read } from './api.js';
import { replay, sentAgain, shownNext } from './replay.js';
import { result } from './row.js';
import { address, keptFilter } from './route.js';
import { duration, numbered, say } from './words.js';

/** Opens the editor. */
export function edit(exchange) {
  const isProxy = exchange.plane === 'proxy';
  const state = { as: isProxy ? 'app' : 'delivered', made: null };
  const message = () => (state.as === 'app' ? exchange.stages.asked : exchange.stages.passed) ?? exchange.stages.asked ?? exchange.stages.passed;
  const method = el('input', { value: exchange.method, spellcheck: 'false' });
  const url = el('input', { value: exchange.url, spellcheck: 'false' });
  const isJson = () => /json/i.test(rows.find((row) => row.name.value.toLowerCase() === 'content-type')?.value.value ?? '');
  const body = jsonfield({ label: say('edit.body'), isJson });
  const table = el('tbody', { on: { input: () => body.judge() } });
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
    body.input.disabled = Boolean(message().body) && message().body.text === null;
    body.load(message().body?.text ?? '');
  };
  const trouble = el('div', { role: 'alert' });
  const told = el('p.told', { role: 'status' });
  const changes = () => {
    const made = { ...changed(message(), rows), method: method.value, url: url.value };
    const content = body.input.disabled ? null : body.value();
    if (content !== null) made.body = content;
    return made;
  };
  // A mask that somebody has touched would be sent as it looks.
  const masked = (made) => [
    ...Object.entries(made.set).filter(([, value]) => value.includes(MASK)).map(([name]) => name),
    made.url !== exchange.url && made.url.includes(MASK) && 'URL', made.body?.includes(MASK) && say('edit.body'),
  ].filter(Boolean);
  const send = async (act) => {
    const made = changes();
    const [where] = masked(made);
    fill(trouble, where && el('p.trouble', {}, say('edit.masked', { where })));
    if (where || dialog.ariaBusy === 'true') return;
    dialog.ariaBusy = 'true';
    for (const one of sends) one.disabled = true;
    fill(told, say('edit.busy'));
    try {
      await act(made);
    } finally {
      dialog.ariaBusy = 'false';
      for (const one of sends) one.disabled = false;
      if (told.textContent === say('edit.busy')) fill(told);
    }
  };
  const leave = (made) => replay(exchange, state.as, made).then((isSent) => isSent && dialog.close());
  const stay = async (made) => {
    const id = await sentAgain(exchange, state.as, made);
    if (id === null) return;
    state.made = id;
    const row = await read(`/api/exchanges/${id}`).catch(() => null);
    fill(told, el('a', { href: address('exchange', [id], { filter: keptFilter() }), on: { click: () => dialog.close() } }, numbered(id)), ' ',
      row && [result(row), ' ', row.took_ms === null ? '' : duration(row.took_ms)]);
    fill(again, say('edit.again'));
    again.focus();
  };
  const once = button(say('act.send'), () => send(leave), { class: 'primary' });
  const again = button(say('edit.stay'), () => send(stay));
  const sends = [once, again];
  const choice = (as) => {
    const radio = el('input', { type: 'radio', name: 'as', value: as, id: `as-${as}`, checked: state.as === as,
      on: { change: () => { state.as = as; prefill(); } } });
    return el('p.check', {}, radio, el('label', { for: `as-${as}` }, el('b', {}, say(`replay.${as}`)), ' ', say(`replay.${as}.means`)));
  };
  const close = () => {
    dialog.remove();
    // What was sent from here is shown when the editor goes.
    if (state.made !== null && location.hash.startsWith(address('exchange', [exchange.id]))) shownNext(state.made);
  };
  const dialog = el('dialog.editor', { 'aria-labelledby': 'edit-title', on: { close } },
    el('h2', { id: 'edit-title' }, say('edit.title', { id: numbered(exchange.id) })),
    isProxy && el('fieldset', {}, el('legend', {}, say('edit.as')), choice('app'), exchange.stages.passed && choice('delivered')),
    el('div.line', {}, field(say('edit.method'), method), field('URL', url)),
    el('table.edited', {},
      el('caption', {}, say('edit.fields')),
      el('thead.unseen', {}, el('tr', {}, ['header.name', 'header.value', 'act.delete'].map((key) => el('th', { scope: 'col' }, say(key))))),
      table),
    el('p', {}, button(say('edit.add'), () => add().node.querySelector('input').focus(), { class: 'quiet' })),
    el('div.field', {}, el('span.hint', {}, say('edit.body')), body.node,
      message().body && message().body.text === null && el('span.hint', {}, say('edit.binary'))),
    trouble, told,
    el('p.actions', {}, once, again, button(say('act.cancel'), () => dialog.close())));
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
