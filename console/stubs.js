// Stubs: answers that stand in for the partner's. Listed beside faults.

import { attempt, toast } from './toast.js';
import { button, el, field, fill } from './dom.js';
import { post, read, remove } from './api.js';
import { isWhole, scopeForm, scopeTold } from './scope.js';
import { say } from './words.js';

/** The section. */
export class Stubs {
  constructor() {
    this.scope = scopeForm();
    this.list = el('div', { role: 'region', 'aria-labelledby': 'stubs-now', tabindex: -1 });
    this.trouble = el('div', { role: 'alert' });
    const text = (name, attributes) => el('input', { type: 'text', 'data-name': name, ...attributes });
    this.status = text('status', { value: '200', inputmode: 'numeric' });
    this.type = text('type', { placeholder: 'application/json' });
    this.delay = text('delay', { placeholder: '2s' });
    this.file = text('file', { placeholder: 'stubs/bonus.json' });
    this.body = el('textarea', { rows: 4, spellcheck: 'false', placeholder: '{"points": 120}' });
    this.node = el('section', { 'aria-labelledby': 'stubs-title' },
      el('h2', { id: 'stubs-title' }, say('stubs.title')), el('p.hint', {}, say('stubs.means')),
      el('form.card', { 'aria-label': say('stubs.new'), on: { submit: (event) => { event.preventDefault(); this.#submit(); } } },
        this.scope.node,
        el('div.line', {}, field(say('faults.status'), this.status), field(say('faults.type'), this.type), field(say('faults.delay'), this.delay), field(say('stubs.file'), this.file, say('stubs.file.means'))),
        field(say('stubs.body'), this.body),
        this.trouble,
        el('p.actions', {}, el('button.primary', { type: 'submit' }, say('stubs.add')))),
      el('div.titled', {}, el('h3', { id: 'stubs-now' }, say('stubs.now')),
        button(say('faults.clear'), () => this.#change(() => remove('/api/stubs')), { class: 'quiet' })),
      this.list);
    this.load();
  }

  async load() {
    try {
      const { stubs } = await read('/api/stubs');
      fill(this.list, stubs.length > 0 ? this.#table(stubs) : el('p.empty', {}, say('stubs.none')));
    } catch (error) {
      fill(this.list, el('p.trouble', { role: 'alert' }, error.message));
    }
  }

  async #submit() {
    const status = Number(this.status.value);
    const wrong = Number.isInteger(status) && status >= 200 && status <= 599 ? this.scope.wrong() : say('faults.wrong.status');
    const both = this.body.value && this.file.value.trim() ? say('stubs.both') : null;
    this.status.setAttribute('aria-invalid', !isWhole(this.status.value));
    fill(this.trouble, (wrong ?? both) && el('p.trouble', {}, wrong ?? both));
    if (wrong ?? both) return;
    const wish = { ...this.scope.wish(), status };
    for (const name of ['type', 'delay', 'file']) if (this[name].value.trim()) wish[name] = this[name].value.trim();
    if (this.body.value) wish.body = this.body.value;
    await this.#change(() => post('/api/stubs', wish), say('stubs.made'));
  }

  #table(stubs) {
    const row = (stub) => el('tr', {},
      el('th', { scope: 'row' }, stub.id, ' ', el('b', {}, String(stub.status)), ' ', stub.file ?? (stub.body ? el('code', {}, stub.body.slice(0, 60)) : '')),
      el('td', {}, say(`faults.plane.${stub.plane}`)),
      el('td', {}, scopeTold(stub)),
      el('td', {}, stub.first ? say('faults.left', { n: stub.first }) : say('faults.always')),
      el('td', {}, String(stub.hits)),
      el('td', {}, button(say('act.delete'), () => this.#change(() => remove(`/api/stubs/${encodeURIComponent(stub.id)}`)), { 'aria-label': `${say('act.delete')}: ${stub.id}` })));
    return el('div.scroll', {}, el('table.data', {},
      el('thead', {}, el('tr', {}, ['what', 'where', 'whom', 'when', 'hits', 'acts'].map((key) => el('th', { scope: 'col' }, say(`faults.col.${key}`))))),
      el('tbody', {}, stubs.map(row))));
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
