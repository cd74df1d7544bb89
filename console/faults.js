// Faults that are made on purpose, in both directions.

import { button, el, field, fill, select } from './dom.js';
import { Breakpoints } from './breakpoints.js';
import { InForce } from './inforce.js';
import { Stubs } from './stubs.js';
import { say } from './words.js';

// What each kind needs besides, or may have.
const KINDS = new Map(Object.entries({
  status: ['status'], delay: ['delay'], drip: ['rate'], reset: ['after'], empty: ['raw'], garbage: ['raw'], content_type: ['type'],
}));
const needs = (kind) => KINDS.get(kind) ?? [];
const EXAMPLES = { status: '503', delay: '2s', rate: '1KiB', type: 'text/html', after: '', raw: '' };

const LIMITS = ['app', 'path', 'event', 'first', 'p'];
const isCount = (value) => Number.isSafeInteger(value) && value > 0;
const NUMBERS = {
  status: (value) => Number.isInteger(value) && value >= 200 && value <= 599,
  first: isCount,
  p: (value) => value > 0 && value <= 1,
  seed: (value) => Number.isSafeInteger(value) && value >= 0,
};

/** The view. */
export class Faults {
  #values = { plane: 'proxy', side: 'answer', kind: 'status' };
  #faults = [];

  constructor() {
    this.inForce = new InForce('faults', { cells, heading: 'h2', learn: (faults) => { this.#faults = faults; } });
    this.details = el('div.line');
    this.limits = el('div.line');
    this.trouble = el('div', { role: 'alert' });
    this.node = el('div.page', {},
      el('h1', {}, say('view.faults')), el('p.hint', {}, say('faults.means')),
      this.#form(),
      this.inForce.parts, new Stubs().node, new Breakpoints().node);
  }

  visit() {
    return true;
  }

  close() {}

  #form() {
    const values = this.#values;
    const choice = (name, options) => field(say(`faults.${name}`),
      select(options.map((value) => [value, say(`faults.${name}.${value}`)]), values[name], (value) => {
        values[name] = value;
        this.#ask();
      }, { 'data-choice': name }));
    const submit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.#ask();
    return el('form.card', { 'aria-label': say('faults.new'), on: { submit } },
      el('h2', {}, say('faults.new')),
      el('div.line', {}, choice('plane', ['proxy', 'webhook', 'cloud']), choice('side', ['request', 'answer']), choice('kind', [...KINDS.keys()])),
      this.details,
      this.limits, this.trouble,
      el('p.actions', {}, el('button.primary', { type: 'submit' }, say('faults.add'))));
  }

  // What it is for, and how often; only what the plane has.
  #limit() {
    const values = this.#values;
    const text = (name, placeholder, inputmode) => field(say(`faults.${name}`), el('input', {
      type: 'text', placeholder, inputmode, value: values[name] ?? '', 'data-name': name,
      on: { input: (event) => { values[name] = event.target.value.trim(); } },
    }));
    fill(this.limits, text('app', 'loyalty'), text('path', '/api/*'), values.plane === 'webhook' && text('event', 'documents'),
      text('first', '2', 'numeric'), text('p', '0.5', 'decimal'), text('seed', '7', 'numeric'));
  }

  async #submit() {
    const wish = this.#wish();
    const wrong = Object.keys(NUMBERS).find((name) => wish[name] !== undefined && !NUMBERS[name](wish[name]));
    const same = wrong ? null : this.#faults.find((fault) => isSame(fault, wish));
    for (const input of this.limits.querySelectorAll('input')) input.setAttribute('aria-invalid', input.dataset.name === wrong);
    fill(this.trouble, (wrong || same) && el('p.trouble', {}, wrong ? say(`faults.wrong.${wrong}`) : say('faults.same', { id: same.id })));
    if (wrong) this.limits.querySelector(`[data-name=${wrong}]`)?.focus();
    if (wrong || same) return;
    const isBounded = LIMITS.some((name) => wish[name] !== undefined);
    if (isBounded || await agreed(wish)) this.inForce.add(wish);
  }

  // Only what the chosen kind of fault needs.
  #ask() {
    this.#limit();
    const side = this.node?.querySelector('[data-choice=side]');
    // The cloud's own answers are all that can be spoiled of it.
    if (this.#values.plane === 'cloud') this.#values.side = 'answer';
    if (side) Object.assign(side, { value: this.#values.side, disabled: this.#values.plane === 'cloud' });
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
    const places = plane === 'webhook' ? ['app', 'path', 'event'] : ['app', 'path'];
    for (const name of [...places, ...needs(kind)]) if (rest[name]) wish[name] = rest[name];
    for (const name of ['first', 'p', 'seed', 'status']) {
      const isUsed = name !== 'status' || kind === 'status';
      // A comma is how half of the readers write it.
      if (rest[name] && isUsed) wish[name] = Number(rest[name].replace(',', '.'));
    }
    return wish;
  }
}

const cells = (fault) => [
  [say(`faults.kind.${fault.kind}`), ' ', el('b', {}, needs(fault.kind).map((name) => (name === 'raw' ? '' : fault[name])).filter(Boolean).join(' '))],
  `${say(`faults.plane.${fault.plane}`)}, ${say(`faults.side.${fault.side}`)}`,
  ['app', 'path', 'event'].map((name) => fault[name]).filter(Boolean).join(' · ') || say('faults.everything'),
  [fault.first && say('faults.left', { n: fault.first }), fault.p && `p=${fault.p}`, fault.seed && `seed=${fault.seed}`].filter(Boolean).join(' · ') || say('faults.always'),
];

// A seed is made up where none is written.
function isSame(fault, wish) {
  const names = new Set([...Object.keys(fault), ...Object.keys(wish)].filter((name) => !OWN.has(name)));
  return [...names].every((name) => fault[name] === wish[name] || (name === 'seed' && wish.seed === undefined));
}

// What the gateway knows of a fault besides what was written.
const OWN = new Set(['id', 'hits', 'source']);

// Asks before everything goes wrong until somebody remembers.
function agreed(wish) {
  return new Promise((resolve) => {
    const dialog = el('dialog', { 'aria-labelledby': 'all-title', on: { close: () => { resolve(dialog.returnValue === 'yes'); dialog.remove(); } } },
      el('h2', { id: 'all-title' }, say(`faults.all.${wish.plane}`)),
      el('p', {}, say('faults.all.means')),
      el('p.actions', {}, button(say('faults.all.yes'), () => dialog.close('yes'), { class: 'danger' }), button(say('act.cancel'), () => dialog.close(), { autofocus: true })));
    document.body.append(dialog);
    dialog.showModal();
  });
}
