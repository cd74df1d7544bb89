// What is in force of one kind (faults, stubs, breakpoints): a table, whose lines are deleted one by one or
// all at once.

import { attempt, toast } from './toast.js';
import { button, el, fill, prose } from './dom.js';
import { post, read, remove } from './api.js';
import { say } from './words.js';

const COLUMNS = ['what', 'where', 'whom', 'when', 'hits', 'acts'];

/**
 * The table of `/api/NAME`. `cells(one)` are what a line says: what is done, where, to what, and when; `learn(all)` gets
 * all of them whenever they are read, `changed()` is told when some were added or deleted.
 */
export class InForce {
  constructor(name, { cells, heading = 'h3', learn = () => {}, changed = () => {} }) {
    Object.assign(this, { name, path: `/api/${name}`, cells, learn, changed });
    this.list = el('div', { role: 'region', 'aria-labelledby': `${name}-now`, tabindex: -1 });
    this.parts = [
      el('div.titled', {}, el(heading, { id: `${name}-now` }, say(`${name}.now`)),
        button(say('faults.clear'), () => this.#change(() => remove(this.path)), { class: 'quiet' })),
      this.list,
    ];
    this.load();
  }

  async load() {
    try {
      const { [this.name]: all } = await read(this.path);
      this.learn(all);
      fill(this.list, all.length > 0 ? this.#table(all) : el('p.empty', {}, say(`${this.name}.none`)));
    } catch (error) {
      fill(this.list, el('p.trouble', { role: 'alert' }, prose(error.message)));
    }
  }

  /** Makes one more. */
  add(wish) {
    return this.#change(() => post(this.path, wish), say(`${this.name}.made`));
  }

  #table(all) {
    return el('div.scroll', {}, el('table.data', {},
      el('thead', {}, el('tr', {}, COLUMNS.map((key) => el('th', { scope: 'col' }, say(`faults.col.${key}`))))),
      el('tbody', {}, all.map((one) => this.#row(one)))));
  }

  #row(one) {
    const [what, ...rest] = this.cells(one);
    const gone = () => this.#change(() => remove(`${this.path}/${encodeURIComponent(one.id)}`));
    return el('tr', {}, el('th', { scope: 'row' }, what), [...rest, String(one.hits)].map((cell) => el('td', {}, cell)),
      el('td', {}, button(say('act.delete'), gone, { 'aria-label': `${say('act.delete')}: ${one.id}` })));
  }

  async #change(act, said = say('done')) {
    await attempt(async () => {
      await act();
      toast(said);
    });
    await this.load();
    this.changed();
    this.list.focus();
  }
}
