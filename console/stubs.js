// Stubs: answers that stand in for the partner's. Listed beside faults.

import { el, field, fill } from './dom.js';
import { InForce } from './inforce.js';
import { isWhole, scopeForm, scopeTold } from './scope.js';
import { say } from './words.js';

/** The section. */
export class Stubs {
  constructor() {
    this.scope = scopeForm();
    this.inForce = new InForce('stubs', { cells });
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
        el('div.line', {}, field(say('faults.status'), this.status), field(say('faults.type'), this.type), field(say('faults.delay'), this.delay)),
        field(say('stubs.body'), this.body),
        field(say('stubs.file'), this.file, say('stubs.file.means')),
        this.trouble,
        el('p.actions', {}, el('button.primary', { type: 'submit' }, say('stubs.add')))),
      this.inForce.parts);
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
    await this.inForce.add(wish);
  }
}

const cells = (stub) => [
  [stub.id, ' ', el('b', {}, String(stub.status)), ' ', stub.file ?? (stub.body ? el('code', {}, stub.body.slice(0, 60)) : '')],
  say(`faults.plane.${stub.plane}`), scopeTold(stub), stub.first ? say('faults.left', { n: stub.first }) : say('faults.always'),
];
