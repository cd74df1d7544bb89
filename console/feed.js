// New exchanges as they happen. One stream for the page; closed while nobody looks at it, since a
// browser opens only six connections to one server.

const PATIENCE = [500, 1000, 2000, 5000];

/** Dispatches `state` (`connecting`, `live`, `broken`), `rows` and `lost`. */
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
    if (this.#source || this.#filter === null || document.hidden) return;
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
    this.#source?.close();
    this.#source = null;
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
    }, 60);
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
