// Faults that are made on purpose, in both directions.

import { attempt, toast } from './toast.js';
import { button, el, field, fill, select } from './dom.js';
import { post, read, remove } from './api.js';
import { say } from './words.js';

// What each kind needs besides, or may have.
const KINDS = new Map(Object.entries({
  status: ['status'], delay: ['delay'], drip: ['rate'], reset: ['after'], empty: ['raw'], garbage: ['raw'], content_type: ['type'],
}));
const needs = (kind) => KINDS.get(kind) ?? [];
const EXAMPLES = { status: '503', delay: '2s', rate: '1KiB', type: 'text/html', after: '', raw: '' };

/** The view. */
export class Faults {
  #values = { plane: 'proxy', side: 'answer', kind: 'status' };

  constructor() {
    this.list = el('div', { role: 'region', 'aria-labelledby': 'faults-now', tabindex: -1 });
    this.details = el('div.line');
    this.node = el('div.page', {},
      el('h1', {}, say('view.faults')), el('p.hint', {}, say('faults.means')),
      this.#form(),
      el('div.titled', {}, el('h2', { id: 'faults-now' }, say('faults.now')),
        button(say('faults.clear'), () => this.#change(() => remove('/api/faults')), { class: 'quiet' })),
      this.list);
    this.load();
  }

  visit() {
    return true;
  }

  close() {}

  async load() {
    try {
      const { faults } = await read('/api/faults');
      fill(this.list, faults.length > 0 ? this.#table(faults) : el('p.empty', {}, say('faults.none')));
    } catch (error) {
      fill(this.list, el('p.trouble', { role: 'alert' }, error.message));
    }
  }

  #form() {
    const values = this.#values;
    const choice = (name, options) => field(say(`faults.${name}`),
      select(options.map((value) => [value, say(`faults.${name}.${value}`)]), values[name], (value) => {
        values[name] = value;
        this.#ask();
      }));
    const text = (name, placeholder, attributes = {}) => field(say(`faults.${name}`), el('input', {
      type: 'text', placeholder, ...attributes, on: { input: (event) => { values[name] = event.target.value.trim(); } },
    }));
    const submit = (event) => {
      event.preventDefault();
      this.#change(() => post('/api/faults', this.#wish()), say('faults.made'));
    };
    this.#ask();
    return el('form.card', { 'aria-label': say('faults.new'), on: { submit } },
      el('h2', {}, say('faults.new')),
      el('div.line', {}, choice('plane', ['proxy', 'webhook', 'cloud']), choice('side', ['request', 'answer']), choice('kind', [...KINDS.keys()])),
      this.details,
      el('div.line', {}, text('app', 'loyalty'), text('path', '/api/*'), text('event', 'documents'),
        text('first', '2', { inputmode: 'numeric' }), text('p', '0.5', { inputmode: 'decimal' }), text('seed', '7', { inputmode: 'numeric' })),
      el('p.actions', {}, el('button.primary', { type: 'submit' }, say('faults.add'))));
  }

  // Only what the chosen kind of fault needs.
  #ask() {
    fill(this.details, needs(this.#values.kind).map((name) => {
      this.#values[name] ??= EXAMPLES[name];
      if (name === 'raw') return this.#raw();
      return field(say(`faults.${name}`), el('input', {
        type: 'text', value: this.#values[name], required: name !== 'after', placeholder: name === 'after' ? '1KiB' : null, on: { input: (event) => { this.#values[name] = event.target.value.trim(); } },
      }));
    }));
    this.details.hidden = needs(this.#values.kind).length === 0;
  }

  #raw() {
    const box = el('input', { type: 'checkbox', checked: Boolean(this.#values.raw), on: { change: () => { this.#values.raw = box.checked; } } });
    return el('label.check', {}, box, say(`faults.raw.${this.#values.kind}`));
  }

  #wish() {
    const { plane, side, kind, ...rest } = this.#values;
    const wish = { plane, side, kind };
    for (const name of ['app', 'path', 'event', ...needs(kind)]) if (rest[name]) wish[name] = rest[name];
    for (const name of ['first', 'p', 'seed', 'status']) {
      const isUsed = name !== 'status' || kind === 'status';
      if (rest[name] && isUsed) wish[name] = Number(rest[name]);
    }
    return wish;
  }

  #table(faults) {
    const row = (fault) => el('tr', {},
      el('th', { scope: 'row' }, say(`faults.kind.${fault.kind}`), ' ', el('b', {}, needs(fault.kind).map((name) => (name === 'raw' ? '' : fault[name])).filter(Boolean).join(' '))),
      el('td', {}, `${say(`faults.plane.${fault.plane}`)}, ${say(`faults.side.${fault.side}`)}`),
      el('td', {}, ['app', 'path', 'event'].map((name) => fault[name]).filter(Boolean).join(' · ') || say('faults.everything')),
      el('td', {}, [fault.first && say('faults.left', { n: fault.first }), fault.p && `p=${fault.p}`, fault.seed && `seed=${fault.seed}`].filter(Boolean).join(' · ') || say('faults.always')),
      el('td', {}, String(fault.hits)),
      el('td', {}, button(say('act.delete'), () => this.#change(() => remove(`/api/faults/${encodeURIComponent(fault.id)}`)), { 'aria-label': `${say('act.delete')}: ${fault.id}` })));
    return el('div.scroll', {}, el('table.data', {},
      el('thead', {}, el('tr', {}, ['what', 'where', 'whom', 'when', 'hits', 'acts'].map((key) => el('th', { scope: 'col' }, say(`faults.col.${key}`))))),
      el('tbody', {}, faults.map(row))));
  }

  async #change(act, said = say('done')) {
    await attempt(async () => {
      await act();
      toast(said);
    });
    await this.load();
    this.list.focus();
  }
}
