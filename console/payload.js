// The body of a webhook to come: field by field, or as JSON.

import { button, el, fill } from './dom.js';
import { jsonfield, MASK } from './jsonfield.js';
import { tabs } from './tabs.js';
import { say } from './words.js';

const MOST_FIELDS = 200;

/** What somebody has changed of an event's body; kept while the page is open. */
export const edits = () => ({ set: new Map(), unset: new Set(), invalid: new Set(), content: null, tab: 'fields', search: '' });

/** Whether there are any. */
export const isEdited = ({ set, unset, invalid, content }) => set.size + unset.size + invalid.size > 0 || content !== null;

/** The two tabs over a draft. What of the edits fits into it is there again. */
export function payload(draft, changes) {
  const head = el('pre.head', { tabindex: 0, 'aria-label': say('trigger.head') },
    [`${draft.method} ${draft.url}`, ...draft.fields.map(([name, value]) => `${name}: ${value}`)].join('\n'));
  const leaves = flat(draft.body);
  if (leaves.length === 0) return head;
  const panel = el('div', { role: 'tabpanel', id: 'payload-panel' });
  const list = tabs({ title: say('trigger.body'), names: ['fields', 'json'], label: (name) => say(`trigger.as.${name}`), panel: () => 'payload-panel', choose: (name) => choose(name) });
  const choose = (name) => {
    changes.tab = name;
    list.mark(name);
    panel.setAttribute('aria-labelledby', `tab-${name}`);
    fill(panel, name === 'json' ? whole(draft, changes) : fields(leaves, changes));
  };
  choose(changes.tab);
  return [head, list.node, panel];
}

/** What is sent of the edits: a body as it is written, or changes by their paths. */
export function written(changes) {
  if (changes.tab === 'json' && changes.content !== null) {
    if (changes.content.includes(MASK)) throw new Error(say('edit.masked', { where: say('edit.body') }));
    return { content: changes.content };
  }
  const { set, unset, invalid } = changes;
  return { set: [...set].map(([path, value]) => `${path}=${value}`), unset: [...unset], invalid: [...invalid] };
}

function whole(draft, changes) {
  const area = jsonfield({ label: say('trigger.as.json') });
  area.load(JSON.stringify(draft.body));
  if (changes.content !== null) area.put(changes.content);
  area.input.rows = 18;
  area.input.addEventListener('input', () => { changes.content = area.value(); });
  const reset = button(say('trigger.reset'), () => { changes.content = null; area.load(JSON.stringify(draft.body)); }, { class: 'quiet small' });
  area.node.firstChild.append(reset);
  return area.node;
}

function fields(leaves, changes) {
  const rows = leaves.slice(0, MOST_FIELDS).map(([path, value]) => leaf(path, value, changes));
  const search = el('input', { type: 'search', value: changes.search, placeholder: say('trigger.search'), 'aria-label': say('trigger.search'), on: { input: () => narrow() } });
  const none = el('p.hint', { hidden: true }, say('body.not_found'));
  const narrow = () => {
    changes.search = search.value;
    const wanted = search.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted) && !row.querySelector('input').value.toLowerCase().includes(wanted);
    none.hidden = rows.some((row) => !row.hidden);
  };
  narrow();
  return [search, none, el('table.payload', {}, el('caption.unseen', {}, say('trigger.body')),
    el('thead', {}, el('tr', {}, ['trigger.field', 'header.value', 'trigger.change'].map((key) => el('th', { scope: 'col' }, say(key))))),
    el('tbody', {}, rows))];
}

function leaf(path, value, changes) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const input = el('input', { value: changes.set.has(path) ? plain(changes.set.get(path), value) : text, 'aria-label': path, spellcheck: 'false', 'data-path': path, on: { input: () => {
    if (input.value === text) changes.set.delete(path);
    else changes.set.set(path, typed(input.value, value));
    mark();
  } } });
  const toggle = (kind) => button(say(`trigger.${kind}`), (event) => {
    const isOn = !changes[kind].delete(path);
    if (isOn) changes[kind].add(path);
    event.target.setAttribute('aria-pressed', isOn);
    mark();
  }, { 'aria-pressed': changes[kind].has(path), 'aria-label': `${say(`trigger.${kind}`)}: ${path}`, class: 'quiet small' });
  const row = el('tr', {}, el('th', { scope: 'row' }, el('code', {}, path)), el('td', {}, input), el('td', {}, toggle('unset'), toggle('invalid')));
  const mark = () => {
    row.classList.toggle('changed', changes.set.has(path) || changes.invalid.has(path));
    row.classList.toggle('gone', changes.unset.has(path));
  };
  mark();
  return row;
}

// Text stays text, though it may look like a number.
const typed = (text, was) => (typeof was === 'string' ? JSON.stringify(text) : text);
const plain = (text, was) => (typeof was === 'string' && text.startsWith('"') ? JSON.parse(text) : text);

function flat(value, path = '') {
  if (value === null || typeof value !== 'object') return path ? [[path, value]] : [];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key));
}
