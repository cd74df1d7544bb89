// The rows of the timeline: loaded pages, and what is new since.

import { read } from './api.js';
import { feed } from './feed.js';

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
  /** While true, new rows wait and are only counted. */
  hold = false;

  #waiting = [];
  #newest = 0;
  #turn = 0;
  #stop = new AbortController();

  constructor() {
    super();
    const options = { signal: this.#stop.signal };
    feed.addEventListener('rows', ({ detail }) => this.#arrived(detail), options);
    feed.addEventListener('state', () => feed.state === 'live' && this.#check(), options);
    feed.addEventListener('flood', ({ detail }) => this.#flooded(detail), options);
    feed.addEventListener('lost', () => this.#lost(), options);
  }

  close() {
    this.#stop.abort();
  }

  /** Loads the newest page anew. */
  async load(filter = this.filter) {
    const turn = (this.#turn += 1);
    Object.assign(this, { filter, loading: true, error: null });
    this.#changed();
    try {
      const page = await read('/api/exchanges', { filter, limit: FIRST });
      if (turn !== this.#turn) return;
      Object.assign(this, { rows: page.exchanges, complete: page.exchanges.length < FIRST, held: 0 });
      this.#waiting = [];
      this.#learn(page);
      this.#newest = page.latest;
      feed.listen(filter, page.latest);
    } catch (error) {
      if (turn !== this.#turn) return;
      Object.assign(this, { rows: [], complete: true, error });
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
      this.rows = this.rows.concat(page.exchanges);
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
    if (this.held > this.#waiting.length) return this.load();
    this.#show(this.#waiting);
    this.#waiting = [];
    this.held = 0;
    this.#changed();
    return undefined;
  }

  #arrived(rows) {
    const known = this.#waiting[0]?.id ?? this.rows[0]?.id ?? 0;
    const fresh = rows.filter((row) => row.id > known);
    if (fresh.length === 0) return;
    this.#newest = fresh[0].id;
    if (!this.filter) this.kept += fresh.length;
    if (this.hold) {
      this.held += fresh.length;
      this.#waiting = fresh.concat(this.#waiting).slice(0, MOST_HELD);
    } else {
      this.#show(fresh);
    }
    this.#changed();
  }

  // More came than was told: the page has all that is new, or is loaded anew when it is wanted.
  #flooded({ page, count }) {
    this.#learn(page);
    this.#newest = page.latest;
    if (this.hold) {
      this.held += count;
      this.#waiting = [];
    } else {
      Object.assign(this, { rows: page.exchanges, complete: false, held: 0 });
    }
    this.#changed();
  }

  #show(rows) {
    this.rows = rows.concat(this.rows);
    if (this.rows.length > MOST && !this.hold) {
      this.rows.length = FEWEST;
      this.complete = false;
    }
  }

  #learn(page) {
    this.kept = page.kept;
    this.notRecorded = page.not_recorded;
  }

  // After a pause of the stream: a journal that begins anew has smaller numbers.
  async #check() {
    try {
      const page = await read('/api/exchanges', { limit: 1 });
      if (page.latest < this.#newest || this.error?.status === 0) await this.load();
    } catch {
      // The stream says that it is broken.
    }
  }

  #lost() {
    this.notRecorded = feed.notRecorded;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
