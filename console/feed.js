// What is new for this window's filter. Without one the shared stream tells it; with one the gateway is
// asked for what the filter lets through, whenever the stream tells that there is anything.

import { read } from './api.js';
import { stream } from './stream.js';

const PAGE = 200;
// Between two questions by a filter.
const PAUSE = 300;

/** Dispatches `state`, `rows` with `{rows, gone, all}`, `flood` with `{page, count}`, `anew`, `marked` with a row, and `lost`. */
class Feed extends EventTarget {
  notRecorded = 0;

  #filter = null;
  #latest = 0;
  #asking = false;
  #isBehind = false;
  #timer = null;

  constructor() {
    super();
    stream.addEventListener('state', () => {
      this.dispatchEvent(new Event('state'));
      if (stream.state === 'live') this.#ask();
    });
    stream.addEventListener('events', ({ detail }) => this.#take(detail));
    stream.addEventListener('glance', () => this.#ask());
  }

  get state() {
    return stream.state;
  }

  /** Tells of what a filter is for, from a place among the records on. */
  listen(filter, after) {
    this.#filter = filter;
    this.#latest = after;
    clearTimeout(this.#timer);
    this.#timer = null;
    stream.join();
    this.#ask();
  }

  /** Tries again at once. */
  again() {
    stream.again();
  }

  #take(events) {
    for (const { name, data } of events) {
      if (name === 'lost') {
        this.notRecorded = data.not_recorded;
        this.dispatchEvent(new Event('lost'));
      }
      if (name === 'marked') this.dispatchEvent(new CustomEvent('marked', { detail: data }));
    }
    if (this.#filter === null) return;
    if (this.#filter !== '' || this.#asking || stream.state !== 'live') {
      if (events.some(({ name }) => name !== 'lost' && name !== 'marked')) this.#ask();
      return;
    }
    this.#show(events);
  }

  // In the order in which it happened: what ran may have ended.
  #show(events) {
    const [rows, gone] = [new Map(), new Set()];
    let all = null;
    for (const { name, seq, data } of events) {
      if (name === 'exchange' && seq > this.#latest) {
        this.#latest = seq;
        rows.set(data.id, data);
      } else if (name === 'running') {
        for (const row of data.exchanges) if (rows.get(row.id)?.running !== null) rows.set(row.id, row);
        for (const id of data.gone) gone.add(id);
        if (data.all) all = new Set(data.exchanges.map((row) => row.id));
      }
    }
    this.#dispatch([...rows.values()], gone, all);
  }

  #dispatch(rows, gone, all) {
    if (rows.length + gone.size > 0 || all) this.dispatchEvent(new CustomEvent('rows', { detail: { rows, gone, all } }));
  }

  // One question at a time; what comes meanwhile is asked for behind it.
  async #ask() {
    if (this.#filter === null || document.hidden) return;
    if (this.#asking || this.#timer !== null) {
      this.#isBehind = true;
      return;
    }
    [this.#asking, this.#isBehind] = [true, false];
    const [filter, after] = [this.#filter, this.#latest];
    try {
      const page = await read('/api/exchanges', { filter, after, limit: PAGE });
      if (filter === this.#filter && after === this.#latest) this.#learn(page, after);
    } catch {
      // The stream says that it is broken.
    }
    this.#asking = false;
    const goOn = () => {
      this.#timer = null;
      if (this.#isBehind) this.#ask();
    };
    if (this.#filter) this.#timer = setTimeout(goOn, PAUSE);
    else goOn();
  }

  #learn(page, after) {
    // A journal that begins anew has smaller numbers.
    if (page.latest < after) {
      this.dispatchEvent(new Event('anew'));
      return;
    }
    this.#latest = page.latest;
    if (page.exchanges.length >= PAGE) {
      this.dispatchEvent(new CustomEvent('flood', { detail: { page, count: page.latest - after } }));
      return;
    }
    const running = page.exchanges.filter((row) => row.running);
    this.#dispatch(page.exchanges, new Set(), new Set(running.map((row) => row.id)));
  }
}

export const feed = new Feed();
