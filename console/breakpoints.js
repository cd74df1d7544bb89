// Breakpoints: where exchanges are held. Listed beside faults.

import { attempt, toast } from './toast.js';
import { button, el, field, fill, select } from './dom.js';
import { look } from './hold.js';
import { post, read, remove } from './api.js';
import { scopeForm, scopeTold } from './scope.js';
import { say } from './words.js';

/** The section. */
export class Breakpoints {
  constructor() {
    this.scope = scopeForm();
    this.list = el('div', { role: 'region', 'aria-labelledby': 'breakpoints-now', tabindex: -1 });
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
      el('div.titled', {}, el('h3', { id: 'breakpoints-now' }, say('breakpoints.now')),
        button(say('faults.clear'), () => this.#change(() => remove('/api/breakpoints')), { class: 'quiet' })),
      this.list);
    this.load();
  }

  async load() {
    try {
      const { breakpoints } = await read('/api/breakpoints');
      fill(this.list, breakpoints.length > 0 ? this.#table(breakpoints) : el('p.empty', {}, say('breakpoints.none')));
    } catch (error) {
      fill(this.list, el('p.trouble', { role: 'alert' }, error.message));
    }
  }

  async #submit() {
    const wrong = this.scope.wrong();
    fill(this.trouble, wrong && el('p.trouble', {}, wrong));
    if (wrong) return;
    const wish = { ...this.scope.wish(), side: this.side.value, watched: true };
    if (this.timeout.value.trim()) wish.timeout = this.timeout.value.trim();
    await this.#change(() => post('/api/breakpoints', wish), say('breakpoints.made'));
  }

  #table(breakpoints) {
    const row = (one) => el('tr', {},
      el('th', { scope: 'row' }, one.id, ' ', say(`faults.side.${one.side}`)),
      el('td', {}, say(`faults.plane.${one.plane}`)),
      el('td', {}, scopeTold(one)),
      el('td', {}, [one.first && say('faults.left', { n: one.first }), one.timeout, one.watched && say('breakpoints.watched')].filter(Boolean).join(' · ') || say('faults.always')),
      el('td', {}, String(one.hits)),
      el('td', {}, button(say('act.delete'), () => this.#change(() => remove(`/api/breakpoints/${encodeURIComponent(one.id)}`)), { 'aria-label': `${say('act.delete')}: ${one.id}` })));
    return el('div.scroll', {}, el('table.data', {},
      el('thead', {}, el('tr', {}, ['what', 'where', 'whom', 'when', 'hits', 'acts'].map((key) => el('th', { scope: 'col' }, say(`faults.col.${key}`))))),
      el('tbody', {}, breakpoints.map(row))));
  }

  async #change(act, said = say('done')) {
    await attempt(async () => {
      await act();
      toast(said);
    });
    await this.load();
    look();
    this.list.focus();
  }
}
