// The gateway's events, once for all windows of one browser: it opens only six connections to one
// server. Whoever holds the lock listens and tells the others; it is let go of by a window that nobody
// looks at. Without locks, which only secure addresses and loopback have, each window listens itself.

import { read } from './api.js';
import { language } from './words.js';

const NAME = 'evotor-gateway.events';
const PATIENCE = [500, 1000, 2000, 5000];
const BREATH = 60;
// More records than anybody reads, for long enough that no pause of the writer explains it.
const SPAN = 3000;
const FLOOD = 400 * (SPAN / 1000);
const GLANCE = 1000;
const CALM = 200;

/** Dispatches `state` (`connecting`, `live`, `fast`, `broken`), `events` with `{name, seq, data}`, and `glance`. */
class Stream extends EventTarget {
  state = 'connecting';

  #channel = navigator.locks && window.BroadcastChannel ? new BroadcastChannel(NAME) : null;
  #waiting = null;
  #letGo = null;
  #source = null;
  #timer = null;
  #failures = 0;
  #batch = [];
  #flush = null;
  #latest = 0;
  #counts = [];

  constructor() {
    super();
    this.#channel?.addEventListener('message', ({ data }) => {
      if (data.isNew) this.#tell({ state: this.state }, { isLeader: true });
      else if (!this.#letGo && !document.hidden) this.#hear(data);
    });
  }

  /** Takes part, until `leave`. */
  join() {
    if (this.#waiting || this.#letGo || document.hidden) return;
    if (!this.#channel) {
      this.#lead(() => {});
      return;
    }
    this.#waiting = new AbortController();
    this.#channel.postMessage({ isNew: true });
    navigator.locks.request(NAME, { signal: this.#waiting.signal }, () => new Promise((letGo) => this.#lead(letGo)))
      .catch(() => {});
  }

  leave() {
    this.#waiting?.abort();
    this.#waiting = null;
    this.#shut();
    this.#letGo?.();
    this.#letGo = null;
  }

  /** Tries again at once. */
  again() {
    this.leave();
    this.#become('connecting');
    this.join();
  }

  #lead(letGo) {
    this.#letGo = letGo;
    this.#failures = 0;
    this.#open();
  }

  // What came before, each window asks for itself.
  async #open() {
    this.#shut();
    const mine = (this.#source = {});
    try {
      const { latest } = await read('/api/exchanges', { limit: 1 });
      if (this.#source !== mine) return;
      this.#latest = latest;
    } catch {
      if (this.#source === mine) this.#retry();
      return;
    }
    const source = new EventSource(`/api/events?after=${this.#latest}&lang=${language}`);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#failures = 0;
      this.#share({ state: 'live' });
    });
    for (const name of ['exchange', 'running', 'lost', 'marked']) {
      source.addEventListener(name, (event) => this.#take(name, event));
    }
    source.addEventListener('error', () => this.#retry());
  }

  #shut() {
    clearTimeout(this.#timer);
    clearTimeout(this.#flush);
    this.#flush = null;
    this.#batch = [];
    this.#counts = [];
    this.#source?.close?.();
    this.#source = null;
  }

  #retry() {
    this.#shut();
    const wait = PATIENCE[Math.min(this.#failures, PATIENCE.length - 1)];
    this.#failures += 1;
    this.#share({ state: this.#failures > 1 ? 'broken' : 'connecting' });
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  // A burst becomes one change of the page.
  #take(name, event) {
    const seq = name === 'exchange' ? Number(event.lastEventId) : 0;
    this.#latest = Math.max(this.#latest, seq);
    this.#batch.push({ name, seq, data: JSON.parse(event.data) });
    this.#flush ??= setTimeout(() => {
      this.#flush = null;
      const events = this.#batch;
      this.#batch = [];
      this.#share({ events });
      if (this.#isFlooded(events.filter((one) => one.name === 'exchange').length)) this.#skim();
    }, BREATH);
  }

  #isFlooded(count) {
    const now = performance.now();
    this.#counts.push([now, count]);
    while (this.#counts[0][0] < now - SPAN) this.#counts.shift();
    return this.#counts.reduce((sum, [, one]) => sum + one, 0) > FLOOD;
  }

  // Each window looks at the newest now and then, until fewer come.
  #skim() {
    this.#shut();
    this.#share({ state: 'fast' });
    this.#timer = setTimeout(() => this.#look(), GLANCE);
  }

  async #look() {
    const mine = (this.#source = {});
    try {
      const { latest } = await read('/api/exchanges', { limit: 1 });
      if (this.#source !== mine) return;
      const count = latest - this.#latest;
      this.#latest = latest;
      if (count < CALM) {
        this.#open();
        return;
      }
      this.#share({ glance: true });
      this.#timer = setTimeout(() => this.#look(), GLANCE);
    } catch {
      if (this.#source === mine) this.#retry();
    }
  }

  #share(told) {
    this.#tell(told, { isLeader: true });
    this.#hear(told);
  }

  #tell(told, { isLeader }) {
    if (isLeader && this.#letGo) this.#channel?.postMessage(told);
  }

  #hear({ state, events, glance }) {
    if (state) this.#become(state);
    if (events) this.dispatchEvent(new CustomEvent('events', { detail: events }));
    if (glance) this.dispatchEvent(new Event('glance'));
  }

  // Live again, something may have been missed.
  #become(state) {
    if (this.state === state && state !== 'live') return;
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }
}

export const stream = new Stream();

document.addEventListener('visibilitychange', () => {
  if (document.hidden) stream.leave();
  else stream.join();
});
