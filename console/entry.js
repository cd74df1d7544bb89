// An entry of the world in a dialog: made, changed, removed.

import { authorization, proxy, upstreams, webhooks } from './appform.js';
import { button, el, field, fill, prose, select } from './dom.js';
import { patch, post, remove } from './api.js';
import { knows, say } from './words.js';
import { toast } from './toast.js';

const ROLES = ['CASHIER', 'ADMIN', 'MANUAL'];

// What each kind has: a name, and how it is written.
const FIELDS = {
  users: [['id', 'text']],
  stores: [['user', 'users'], ['name', 'required'], ['address', 'text'], ['uuid', 'id']],
  devices: [['store', 'stores'], ['name', 'text'], ['imei', 'text'], ['uuid', 'id']],
  employees: [['stores', 'several'], ['name', 'required'], ['last_name', 'text'], ['patronymic_name', 'text'], ['phone', 'number'], ['role', 'role'], ['uuid', 'id']],
  apps: [['name', 'required'], ['allow', 'lines'], ['id', 'id']],
};

/** Opens the dialog of a new entry, or of one that is there. */
export function entry(kind, one, refs, changed) {
  const trouble = el('div', { role: 'alert' });
  const inputs = FIELDS[kind].filter(([, type]) => !(one && type === 'id')).map(([name, type]) => [name, type, control(name, type, one, refs)]);
  const labelled = (which) => inputs.filter(which).map(([name, , input]) => field(label(kind, name), input, HINTED.has(name) && say(`entry.${name}.hint`)));
  const parts = kind === 'apps' ? partsOf(one) : [];
  const submit = async (event) => {
    event.preventDefault();
    const wrong = misformed(inputs);
    if (wrong) {
      fill(trouble, el('p.trouble', {}, say(`entry.${wrong}.wrong`)));
      return;
    }
    try {
      const wish = Object.assign(wished(inputs, one), ...parts.map((part) => part.wish()));
      const id = one && encodeURIComponent(one.uuid ?? one.id);
      const made = one ? await patch(`/api/world/${kind}/${id}`, wish) : await post(`/api/world/${kind}`, wish);
      dialog.close();
      const told = made.deliveries?.length ?? 0;
      toast([say('world.saved'), told > 0 && say('world.told', { n: told })].filter(Boolean).join(' '));
      await changed();
      const shown = made.entry ?? {};
      // A user has nothing that could be changed.
      const label = kind === 'users' ? `${say('act.delete')}: ${shown.id}` : `${say('act.change')}: ${shown.name}`;
      document.querySelector(`[aria-label=${CSS.escape(label)}]`)?.focus();
    } catch (error) {
      fill(trouble, el('p.trouble', {}, prose(error.message)), (error.errors ?? []).map((wrong) => el('p.trouble', {}, el('code', {}, wrong.pointer), prose(` ${wrong.message} ${wrong.hint ?? ''}`))), error.hint && el('p', {}, prose(error.hint)));
    }
  };
  const dialog = el('dialog', { 'aria-labelledby': 'entry-title', on: { close: () => dialog.remove() } },
    el('h2', { id: 'entry-title' }, say(one ? `world.change.${kind}` : `world.add.${kind}`)),
    el('form.stack', { on: { submit } },
      labelled(([, type]) => type !== 'id'), parts.map((part) => part.node), labelled(([, type]) => type === 'id'),
      trouble,
      el('p.actions', {}, el('button.primary', { type: 'submit' }, say('act.save')), button(say('act.cancel'), () => dialog.close()))));
  document.body.append(dialog);
  dialog.showModal();
}

// A first name of somebody is no name of a thing.
const label = (kind, name) => say(knows(`entry.${name}.${kind}`) ? `entry.${name}.${kind}` : `entry.${name}`);

// What gateway.yaml would find wrong; what is empty was left out.
const FORMS = new Map(Object.entries({ imei: /^\d{15}$/, phone: /^\d+$/ }));

// Marks what has another form than it should, and puts the focus on the first of it; its name, or null.
function misformed(inputs) {
  const wrong = inputs.filter(([name, , input]) => {
    const text = input.value.trim();
    const isWrong = text !== '' && FORMS.has(name) && !FORMS.get(name).test(text);
    if (FORMS.has(name)) input.setAttribute('aria-invalid', isWrong);
    return isWrong;
  });
  wrong[0]?.[2].focus();
  return wrong[0]?.[0] ?? null;
}

const HINTED = new Set(['allow', 'uuid', 'id', 'imei']);

// What an app has beside plain fields; what is not wished for is not sent.
function partsOf(one) {
  const named = (key, part) => ({ node: part.node, wish: () => ((wish) => (wish === undefined ? {} : { [key]: wish }))(part.wish()) });
  return [named('upstreams', upstreams(one?.upstreams)), named('webhooks', webhooks(one?.webhooks, !one)),
    named('authorization', authorization(one?.authorization)), proxy(one ?? {})];
}

/** Asks, naming all that goes with an entry; whether it is gone. */
export async function removal(kind, id, name) {
  const path = `/api/world/${kind}/${encodeURIComponent(id)}?cascade=true`;
  const { removed } = await remove(`${path}&dry_run=true`);
  if (!(await agreed(name, removed.slice(0, -1)))) return false;
  await remove(path);
  return true;
}

/** Asks whether something is to go, and with it what depends on it; the answer. */
export function agreed(name, dependents = []) {
  return new Promise((resolve) => {
    const done = (answer) => () => {
      resolve(answer);
      dialog.close();
    };
    const dialog = el('dialog', { 'aria-labelledby': 'sure-title', on: { close: () => { resolve(false); dialog.remove(); } } },
      el('h2', { id: 'sure-title' }, say('world.sure', { name })),
      dependents.length > 0 && [el('p', {}, say('world.sure.why')),
        el('ul', {}, dependents.map((one) => el('li', {}, el('code', {}, `${one.kind} ${one.id}`))))],
      el('p.actions', {}, button(say(dependents.length > 0 ? 'world.sure.yes' : 'act.delete'), done(true), { class: 'danger' }), button(say('act.cancel'), done(false))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

function control(name, type, one, refs) {
  const value = one?.[name] ?? refs.given?.[name] ?? '';
  if (type === 'users' || type === 'stores') return select(refs[type], value);
  if (type === 'several') {
    const node = select(refs.stores, null, null, { multiple: true, size: Math.min(4, refs.stores.length) });
    for (const option of node.options) option.selected = value.includes(option.value);
    return node;
  }
  if (type === 'role') return select((ROLES.includes(value) || !value ? ROLES : [value, ...ROLES]).map((role) => [role, role]), value || 'CASHIER');
  if (type === 'lines') return el('textarea', { rows: 3, spellcheck: 'false', value: value ? value.join('\n') : '' });
  return el('input', { type: 'text', value: String(value), required: type === 'required', spellcheck: 'false' });
}

// Of an entry that is there only what was changed is sent.
function wished(inputs, one) {
  const wish = {};
  for (const [name, type, input] of inputs) {
    let value = input.value.trim();
    if (type === 'several') value = [...input.selectedOptions].map((option) => option.value);
    if (type === 'lines') value = value.split('\n').map((text) => text.trim()).filter(Boolean);
    if (type === 'number') value = value === '' ? '' : Number(value);
    const isSame = JSON.stringify(value) === JSON.stringify(one?.[name] ?? '');
    if (one ? isSame : value === '') continue;
    wish[name] = value === '' ? null : value;
  }
  return wish;
}
