// Breakpoints: where exchanges are held. Listed beside faults.

import { el, field, fill, select } from './dom.js';
import { InForce } from './inforce.js';
import { look } from './hold.js';
import { scopeForm, scopeTold } from './scope.js';
import { say } from './words.js';

/** The section. */
export class Breakpoints {
  constructor() {
    this.scope = scopeForm();
    this.inForce = new InForce('breakpoints', { cells, changed: look });
    this.trouble = el('div', { role: 'alert' });
    this.side = select([['request', say('faults.side.request')], ['answer', say('faults.side.answer')]], 'request');
    this.timeout = el('input', { type: 'text', placeholder: '5m' });
    this.node = el('section', { 'aria-labelledby': 'breakpoints-title' },
      el('h2', { id: 'breakpoints-title' }, say('breakpoints.title')), el('p.hint', {}, say('breakpoints.means')),
      el('form.card', { 'aria-label': say('breakpoints.new'), on: { submit: (event) => { event.preventDefault(); this.#submit(); } } },
        el('div.line', {}, field(say('faults.side'), this.side), field(say('breakpoints.timeout'), this.timeout)),
        this.scope.node,
        this.trouble,
        el('p.actions', {}, el('button.primary', { type: 'submit' }, say('breakpoints.add')))),
      this.inForce.parts);
  }

  async #submit() {
    const wrong = this.scope.wrong();
    fill(this.trouble, wrong && el('p.trouble', {}, wrong));
    if (wrong) return;
    const wish = { ...this.scope.wish(), side: this.side.value, watched: true };
    if (this.timeout.value.trim()) wish.timeout = this.timeout.value.trim();
    await this.inForce.add(wish);
  }
}

const cells = (one) => [
  [one.id, ' ', say(`faults.side.${one.side}`)], say(`faults.plane.${one.plane}`), scopeTold(one),
  [one.first && say('faults.left', { n: one.first }), one.timeout, one.watched && say('breakpoints.watched')].filter(Boolean).join(' · ') || say('faults.always'),
];
