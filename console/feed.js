// New exchanges as they happen. One stream for the page; closed while nobody looks at it, since a
// browser opens only six connections to one server.

import { read } from './api.js';

const PATIENCE = [500, 1000, 2000, 5000];
const BREATH = 60;
// More rows in a second than anybody reads: then the newest are asked for now and then.
const FLOOD = 400;
const PAGE = 200;
const GLANCE = 1000;

/** Dispatches `state` (`connecting`, `live`, `broken`), `rows`, `flood` and `lost`. */
class Feed extends EventTarget {
  state = 'connecting';
  notRecorded = 0;

  #filter = null;
  #latest = 0;
  #source = null;
  #timer = null;
  #failures = 0;
  #waiting = [];
  #frame = null;
  #glance = null;
  #second = 0;
  #count = 0;

  /** Tells of what a filter is for, after the exchange of a number. */
  listen(filter, after) {
    this.close();
    this.#filter = filter;
    this.#latest = after;
    this.#waiting = [];
    this.open();
  }

  /** Opens the stream where it was left. */
  open() {
    if (this.#source || this.#glance || this.#filter === null || document.hidden) return;
    clearTimeout(this.#timer);
    const source = new EventSource(`/api/events?${new URLSearchParams({ after: this.#latest, filter: this.#filter })}`);
    source.addEventListener('open', () => {
      this.#failures = 0;
      this.#become('live');
    });
    source.addEventListener('exchange', (event) => this.#take(event));
    source.addEventListener('lost', (event) => this.#miss(event));
    source.addEventListener('error', () => this.#retry());
    this.#source = source;
  }

  close() {
    clearTimeout(this.#timer);
    clearTimeout(this.#glance);
    this.#source?.close();
    this.#source = this.#glance = null;
  }

  /** Tries again at once. */
  again() {
    this.close();
    this.#become('connecting');
    this.open();
  }

  #retry() {
    this.close();
    const wait = PATIENCE[Math.min(this.#failures, PATIENCE.length - 1)];
    this.#failures += 1;
    this.#become(this.#failures > 1 ? 'broken' : 'connecting');
    this.#timer = setTimeout(() => this.open(), wait);
  }

  // A burst becomes one change of the page.
  #take(event) {
    const row = JSON.parse(event.data);
    if (row.id <= this.#latest) return;
    this.#latest = row.id;
    this.#waiting.push(row);
    this.#frame ??= setTimeout(() => {
      const rows = this.#waiting.reverse();
      this.#waiting = [];
      this.#frame = null;
      this.dispatchEvent(new CustomEvent('rows', { detail: rows }));
    }, BREATH);
    const second = Math.floor(performance.now() / 1000);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    if (this.#count > FLOOD) this.#skim();
  }

  #skim() {
    this.close();
    this.#glance = setTimeout(() => this.#look(), GLANCE);
  }

  // The newest page stands for all that came since the last look.
  async #look() {
    const [filter, after] = [this.#filter, this.#latest];
    try {
      const page = await read('/api/exchanges', { filter, limit: PAGE });
      if (filter !== this.#filter || this.#glance === null) return;
      this.#latest = Math.max(after, page.latest);
      const rows = page.exchanges.filter((row) => row.id > after);
      this.#glance = null;
      if (rows.length < PAGE) this.dispatchEvent(new CustomEvent('rows', { detail: rows }));
      else this.dispatchEvent(new CustomEvent('flood', { detail: { page, count: page.latest - after } }));
      if (rows.length < PAGE / 2) this.open();
      else this.#skim();
    } catch {
      this.#glance = null;
      this.#retry();
    }
  }

  #miss(event) {
    this.notRecorded = JSON.parse(event.data).not_recorded;
    this.dispatchEvent(new Event('lost'));
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }
}

export const feed = new Feed();

document.addEventListener('visibilitychange', () => {
  if (document.hidden) feed.close();
  else feed.open();
});
