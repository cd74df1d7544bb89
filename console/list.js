// A list of very many rows of one height, of which only those in sight are elements.

import { el } from './dom.js';
import { placeOf } from './order.js';

const SPARE = 8;

/**
 * A listbox, whose rows are as high as `--row` says. `draw(row)` makes an option, which is a link; `isParted(above, row)` tells whether a line
 * stands between two rows; `open(row)` by a click, `enter(row)` by a key, `pick(term, isOut)`, `near()` and `moved()` tell what happened.
 */
export class List {
  rows = [];
  complete = false;
  cursor = null;

  #drawn = new Map();
  #frame = null;

  constructor({ label, draw, isParted, open, enter, pick, near, moved }) {
    Object.assign(this, { height: 44, draw, isParted, open, enter, pick, near, moved });
    this.sizer = el('div.sizer', { role: 'presentation' });
    // As high as a row is: that follows the size of text which somebody has chosen.
    this.gauge = el('div.gauge', { 'aria-hidden': 'true' });
    this.node = el('div.list', {
      role: 'listbox', tabindex: 0, 'aria-label': label,
      on: {
        scroll: () => { this.refresh(); this.moved(); },
        keydown: (event) => this.#key(event),
        click: (event) => this.#click(event),
      },
    }, this.sizer, this.gauge);
    this.watcher = new ResizeObserver(() => this.measure());
    this.watcher.observe(this.node);
    this.watcher.observe(this.gauge);
  }

  /** Shows other rows, with the scroll where it was. */
  show(rows, complete) {
    Object.assign(this, { rows, complete });
    this.sizer.style.height = `${rows.length * this.height}px`;
    this.refresh();
  }

  /** Draws what is in sight, at the next frame. */
  refresh() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#paint();
    });
  }

  /** Draws every row anew: something beside the rows has changed. */
  redraw() {
    this.#drawn.clear();
    this.sizer.replaceChildren();
    this.refresh();
  }

  /** Calls `act` with every row that is drawn, and its element. */
  each(act) {
    for (const { row, node } of this.#drawn.values()) act(row, node);
  }

  /** Learns how high rows are by now; the same one stays at the top. */
  measure() {
    const { height } = this.gauge.getBoundingClientRect();
    // Nothing has a height while the list is hidden.
    if (height > 0 && height !== this.height) {
      const at = this.node.scrollTop / this.height;
      this.height = height;
      this.sizer.style.height = `${this.rows.length * height}px`;
      this.node.scrollTop = at * height;
    }
    this.refresh();
  }

  get atTop() {
    return this.node.scrollTop < this.height / 2;
  }

  toTop() {
    this.node.scrollTop = 0;
  }

  /** Where the cursor is, or -1. */
  at() {
    if (this.cursor === null) return -1;
    const place = placeOf(this.rows, { id: this.cursor });
    return this.rows[place]?.id === this.cursor ? place : -1;
  }

  /** Moves the cursor by so many rows. */
  move(by) {
    const at = this.at();
    this.point(at < 0 ? 0 : at + by);
  }

  /** Puts the cursor on the row at a place, and the row into sight. */
  point(place) {
    if (this.rows.length === 0) return;
    const index = Math.max(0, Math.min(this.rows.length - 1, place));
    this.cursor = this.rows[index].id;
    const top = index * this.height;
    const { scrollTop, clientHeight } = this.node;
    if (top < scrollTop) this.node.scrollTop = top;
    else if (top + this.height > scrollTop + clientHeight) {
      this.node.scrollTop = top + this.height - clientHeight;
    }
    this.refresh();
    this.moved();
  }

  #paint() {
    const { scrollTop, clientHeight } = this.node;
    const first = Math.max(0, Math.floor(scrollTop / this.height) - SPARE);
    const last = Math.min(this.rows.length, Math.ceil((scrollTop + clientHeight) / this.height) + SPARE);
    const wanted = new Map();
    for (let index = first; index < last; index += 1) wanted.set(this.rows[index].id, index);
    // A reader's software follows the cursor by its element, in sight or not.
    const at = this.at();
    if (at >= 0) wanted.set(this.cursor, at);
    for (const [id, { node, row }] of this.#drawn) {
      // A row that was replaced is drawn anew.
      if (this.rows[wanted.get(id)] !== row) {
        node.remove();
        this.#drawn.delete(id);
      }
    }
    let next = this.sizer.firstElementChild;
    for (const [id, index] of [...wanted].sort(([, one], [, other]) => one - other)) {
      const node = this.#place(id, index);
      // Read aloud or copied, rows come in the order in which they are seen.
      if (node === next) next = next.nextElementSibling;
      else this.sizer.insertBefore(node, next);
    }
    if (at >= 0) this.node.setAttribute('aria-activedescendant', `row-${this.cursor}`);
    else this.node.removeAttribute('aria-activedescendant');
    if (last + clientHeight / this.height >= this.rows.length) this.near();
  }

  #place(id, index) {
    let node = this.#drawn.get(id)?.node;
    if (!node) {
      const row = this.rows[index];
      node = this.draw(row);
      node.id = `row-${id}`;
      node.dataset.id = id;
      this.#drawn.set(id, { node, row });
    }
    node.classList.toggle('parted', this.isParted(this.rows[index - 1], this.rows[index]));
    node.style.transform = `translateY(${index * this.height}px)`;
    node.setAttribute('aria-posinset', index + 1);
    node.setAttribute('aria-setsize', this.complete ? this.rows.length : -1);
    node.setAttribute('aria-selected', id === this.cursor);
    return node;
  }

  #click(event) {
    const option = event.target.closest('[role=option]');
    // With these a link opens a window of its own.
    if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.node.focus({ preventScroll: true });
    const { term } = event.target.closest('[data-term]')?.dataset ?? {};
    if (term) {
      this.pick(term, event.altKey);
      return;
    }
    this.cursor = Number(option.dataset.id);
    this.refresh();
    const row = this.rows[this.at()];
    if (row) this.open(row);
  }

  #key(event) {
    const screen = Math.max(1, Math.floor(this.node.clientHeight / this.height) - 1);
    const moves = new Map(Object.entries({
      ArrowDown: 1, ArrowUp: -1, PageDown: screen, PageUp: -screen, Home: -Infinity, End: Infinity,
    }));
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (moves.has(event.key)) {
      const by = moves.get(event.key);
      if (Number.isFinite(by)) this.move(by);
      else this.point(by > 0 ? this.rows.length - 1 : 0);
    } else if (event.key === 'Enter') {
      const row = this.rows[this.at()];
      if (row) this.enter(row);
    } else {
      return;
    }
    event.preventDefault();
  }
}
