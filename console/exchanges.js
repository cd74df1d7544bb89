// The rows of the timeline: loaded pages, and what is new since.

import { read } from './api.js';
import { feed } from './feed.js';
import { isAbove, merged, replace } from './order.js';
import { having } from './terms.js';

const FIRST = 200;
const PAGE = 1000;
// Beyond this the tail is let go while nobody reads it; it can be loaded again.
const MOST = 60_000;
const FEWEST = 5000;
const MOST_HELD = 5000;

/** Dispatches `change`. Rows stand newest first. */
export class Exchanges extends EventTarget {
  rows = [];
  held = 0;
  complete = false;
  loading = false;
  error = null;
  filter = '';
  kept = 0;
  notRecorded = 0;
  /** How many a filter lets through, where that is known; more are there than are loaded. */
  found = null;
  /** Where the list begins if not at the newest: `{time}` or `{oldest}`. */
  past = null;
  /** While true, new rows wait and are only counted. */
  hold = false;

  #waiting = [];
  #marks = Promise.resolve();
  /** By number, those that wait too. */
  #known = new Map();
  #turn = 0;
  #stop = new AbortController();

  constructor() {
    super();
    const options = { signal: this.#stop.signal };
    feed.addEventListener('rows', ({ detail }) => this.#arrived(detail), options);
    feed.addEventListener('state', () => feed.state === 'live' && this.error?.status === 0 && this.load(), options);
    feed.addEventListener('anew', () => this.load(), options);
    feed.addEventListener('flood', ({ detail }) => this.#flooded(detail), options);
    feed.addEventListener('lost', () => this.#lost(), options);
  }

  close() {
    this.#stop.abort();
  }

  /** Loads the newest page anew, or the one where `past` says. */
  async load(filter = this.filter, past = null) {
    const turn = (this.#turn += 1);
    Object.assign(this, { filter, past, loading: true, error: null, found: null });
    this.#changed();
    try {
      const page = await read('/api/exchanges', { filter: past?.time ? having(filter, `before:${past.time}`) : filter, limit: FIRST, oldest: past?.oldest });
      if (turn !== this.#turn) return;
      this.#begin(page.exchanges);
      this.complete = page.exchanges.length < FIRST || Boolean(past?.oldest);
      this.#learn(page);
      feed.listen(filter, page.latest);
      if (filter && !this.complete) this.#count(turn);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#begin([]);
      Object.assign(this, { complete: true, error });
    }
    this.loading = false;
    this.#changed();
  }

  /** Loads the page below the last row. */
  async older() {
    if (this.loading || this.complete || this.rows.length === 0) return;
    const turn = this.#turn;
    this.loading = true;
    try {
      const before = this.rows.at(-1).id;
      const page = await read('/api/exchanges', { filter: this.filter, before, limit: PAGE });
      if (turn !== this.#turn) return;
      const fresh = page.exchanges.filter((row) => !this.#known.has(row.id));
      this.#keep(fresh);
      this.rows = this.rows.concat(fresh);
      this.complete = page.exchanges.length < PAGE;
      this.kept = page.kept;
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
    this.#changed();
  }

  /** Shows what has waited. */
  release() {
    if (this.past || this.held > this.#waiting.length) return this.load();
    this.#show(this.#waiting);
    this.#waiting = [];
    this.held = 0;
    this.#changed();
    return undefined;
  }

  /** Somebody has starred a row or noted something on it: the filter may let it through now, or no longer. */
  mark(row) {
    this.#put(row);
    // One after the other: each asks how things stand behind the last.
    if (this.filter) this.#marks = this.#marks.then(() => this.#judge(row.id));
  }

  async #judge(id) {
    const turn = this.#turn;
    const page = await read('/api/exchanges', { filter: this.filter, before: id + 1, limit: 1 }).catch(() => null);
    if (!page || turn !== this.#turn) return;
    const [known, [newest]] = [this.#known.get(id), page.exchanges];
    const isIn = newest?.id === id;
    if (isIn && !known) this.#arrived({ rows: [newest], gone: new Set(), all: null });
    if (isIn || !known) return;
    this.#drop(known);
    if (this.found !== null) this.found -= 1;
    this.#changed();
  }

  // Another state of a row that is loaded.
  #put(row) {
    if (!this.#known.has(row.id)) return;
    replace(this.rows, row);
    replace(this.#waiting, row);
    this.#keep([row]);
    this.#changed();
  }

  // It may take longer than the first page, which is not held up for it.
  async #count(turn) {
    const answer = await read('/api/exchanges/count', { filter: this.filter }).catch(() => null);
    if (turn !== this.#turn || !answer) return;
    this.found = answer.count;
    this.#changed();
  }

  #begin(rows) {
    Object.assign(this, { rows, held: 0 });
    this.#waiting = [];
    this.#known.clear();
    this.#keep(rows);
  }

  // How long one has run counts from when that was told.
  #keep(rows) {
    const heard = performance.now();
    for (const row of rows) {
      if (row.running) row.heard = heard;
      this.#known.set(row.id, row);
    }
  }

  // What was shown while it ran is replaced where it stands; what has gone meanwhile is taken away.
  #arrived({ rows, gone, all }) {
    const isGone = (row) => gone.has(row.id) || (all !== null && !all.has(row.id));
    const fresh = rows.filter((row) => !this.#known.has(row.id)).sort((one, other) => (isAbove(one, other) ? -1 : 1));
    for (const row of rows) {
      const known = this.#known.get(row.id);
      if (!known?.running) continue;
      replace(this.rows, row);
      replace(this.#waiting, row);
      this.#keep([row]);
    }
    for (const row of this.#running()) if (isGone(row) && !rows.includes(row)) this.#drop(row);
    if (this.found !== null) this.found += fresh.length;
    if (!this.filter) this.kept += fresh.length;
    this.#keep(fresh);
    if (this.hold) {
      this.held += fresh.length;
      this.#waiting = merged(fresh, this.#waiting);
      this.#waiting.splice(MOST_HELD).forEach((row) => this.#known.delete(row.id));
    } else {
      this.#show(fresh);
    }
    this.#changed();
  }

  *#running() {
    for (const row of [...this.#known.values()]) if (row.running) yield row;
  }

  #drop(row) {
    if (!this.filter) this.kept -= 1;
    this.#known.delete(row.id);
    this.rows = this.rows.filter((one) => one !== row);
    const waited = this.#waiting.length;
    this.#waiting = this.#waiting.filter((one) => one !== row);
    this.held -= waited - this.#waiting.length;
  }

  // More came than was told: the page has all that is new, or is loaded anew when it is wanted.
  #flooded({ page, count }) {
    this.#learn(page);
    if (this.hold) {
      this.held += count;
      this.#waiting.forEach((row) => this.#known.delete(row.id));
      this.#waiting = [];
    } else {
      this.#begin(page.exchanges);
      this.complete = false;
    }
    this.#changed();
  }

  #show(rows) {
    const last = this.rows.at(-1);
    // What stands further below is loaded when it comes into sight.
    const isNear = (row) => this.complete || !last || isAbove(row, last);
    rows.filter((row) => !isNear(row)).forEach((row) => this.#known.delete(row.id));
    this.rows = merged(rows.filter(isNear), this.rows);
    if (this.rows.length > MOST && !this.hold) {
      this.rows.splice(FEWEST).forEach((row) => this.#known.delete(row.id));
      this.complete = false;
    }
  }

  #learn(page) {
    this.kept = page.kept;
    this.notRecorded = page.not_recorded;
  }

  #lost() {
    this.notRecorded = feed.notRecorded;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
