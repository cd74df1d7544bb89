// What matters now, as the gateway tells it: asked for while somebody looks, at once when something has
// happened.

import { calls, read } from './api.js';
import { connection } from './connection.js';
import { stream } from './stream.js';

const PAUSE = 1000;
// Where nobody is signed in every answer is the same.
const LONG_PAUSE = 5000;
const BREATH = 250;

/** Dispatches `change` with each answer. */
class Status extends EventTarget {
  /** The last answer, or null. */
  known = null;

  #timer = null;
  #asking = false;
  #isBehind = false;

  /** Asks now and from now on. */
  begin() {
    stream.addEventListener('events', () => this.#soon());
    calls.addEventListener('changed', () => this.refresh());
    document.addEventListener('visibilitychange', () => !document.hidden && this.refresh());
    window.addEventListener('online', () => this.refresh());
    this.refresh();
  }

  /** Asks at once; while an answer is awaited, behind it. */
  async refresh() {
    if (this.#asking) {
      this.#isBehind = true;
      return;
    }
    clearTimeout(this.#timer);
    [this.#asking, this.#isBehind] = [true, false];
    this.learn(await read('/api/status').catch(() => null));
    this.#asking = false;
    if (document.hidden) return;
    const pause = connection.state === 'ended' ? LONG_PAUSE : PAUSE;
    this.#timer = setTimeout(() => this.refresh(), this.#isBehind ? BREATH : pause);
  }

  /** Takes an answer that was got otherwise. */
  learn(known) {
    if (!known) return;
    this.known = known;
    this.dispatchEvent(new Event('change'));
  }

  #soon() {
    if (this.#asking) {
      this.#isBehind = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), BREATH);
  }
}

export const status = new Status();
