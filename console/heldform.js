// The editor of an exchange that is held: it goes on as it is, or edited, or is dropped.

import { attempt, toast } from './toast.js';
import { button, el, field, fill } from './dom.js';
import { changed, line } from './editor.js';
import { look } from './hold.js';
import { post, read } from './api.js';
import { duration, say } from './words.js';

/** Of the exchange that is shown, while it is held. */
export function heldForm(shown) {
  const node = el('section.held', { 'aria-labelledby': 'held-title' });
  load(node, `/api/held/${encodeURIComponent(shown.running.held)}`);
  return node;
}

async function load(node, path) {
  const held = await read(path).catch(() => null);
  if (!held) return;
  const isAnswer = held.side === 'answer';
  const form = isAnswer ? ofAnswer(held) : ofRequest(held);
  const { rows, table, fields } = headers(held);
  const isText = held.body !== null;
  const body = el('textarea', { rows: 8, spellcheck: 'false', disabled: !isText, value: held.body ?? '' });
  const decide = async (word, said) => {
    const done = await attempt(async () => {
      await post(path, { by: 'page', ...word });
      return true;
    });
    if (!done) return;
    toast(said);
    fill(node);
    look();
  };
  const edited = () => {
    const word = { do: 'go', ...form.changes(), ...changed({ fields }, rows) };
    if (isText && body.value !== held.body) word.body = body.value;
    return decide(word, say('held.done.edited'));
  };
  fill(node,
    el('h3', { id: 'held-title' }, '⏸ ', say(`held.title.${held.side}`, { id: held.breakpoint })),
    left(node, held),
    el('p.actions', {},
      button(say('held.go'), () => decide({ do: 'go' }, say('held.done.go')), { class: 'primary' }),
      button(say('held.edited'), edited),
      button(say('held.drop'), () => decide({ do: 'drop' }, say('held.done.drop')), { class: 'danger' })),
    el('details', { open: true }, el('summary', {}, say('held.edit')),
      el('div.line', {}, form.controls),
      el('table.edited', {}, el('caption', {}, say('edit.fields')),
        el('thead.unseen', {}, el('tr', {}, ['header.name', 'header.value', 'act.delete'].map((key) => el('th', { scope: 'col' }, say(key))))),
        table),
      field(say('edit.body'), body, !isText && say('edit.binary'))));
}

function ofRequest(held) {
  const method = el('input', { value: held.method, spellcheck: 'false' });
  const target = el('input', { value: held.target, spellcheck: 'false' });
  const changes = () => ({
    ...(method.value !== held.method && { method: method.value.trim() }),
    ...(target.value !== held.target && { target: target.value.trim() }),
  });
  return { changes, controls: [field(say('edit.method'), method), field(say('held.target'), target)] };
}

function ofAnswer(held) {
  const status = el('input', { value: String(held.status), inputmode: 'numeric' });
  const changes = () => (status.value.trim() === String(held.status) ? {} : { status: Number(status.value) });
  return { changes, controls: [field(say('faults.status'), status)] };
}

function headers(held) {
  const fields = Object.entries(held.headers).flatMap(([name, value]) => [value].flat().map((one) => ({ name, value: one })));
  const rows = [];
  const table = el('tbody');
  const add = (one) => {
    const row = line(one, () => rows.splice(rows.indexOf(row), 1));
    rows.push(row);
    table.append(row.node);
  };
  fields.forEach(add);
  add({ name: '', value: '' });
  return { rows, table, fields };
}

// Counts down, until it is shown no longer.
function left(node, held) {
  const ends = performance.now() + held.left_ms;
  const text = el('p.hint');
  const tell = () => fill(text, say('held.left', { time: duration(Math.max(0, Math.ceil((ends - performance.now()) / 1000) * 1000)) }));
  const timer = setInterval(() => {
    if (node.isConnected && node.contains(text)) tell();
    else clearInterval(timer);
  }, 1000);
  tell();
  return text;
}
