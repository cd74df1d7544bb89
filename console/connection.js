// Whether the gateway can be asked: one state for all views, learned from every answer and every
// question that got none.

/** Dispatches `state` when it has changed, and `back` when the gateway answers again. */
class Connection extends EventTarget {
  /** `ok`, `gone` (the gateway does not answer), `offline` (the network is lost) or `ended` (the session). */
  state = 'ok';

  /** An answer came: the gateway is there, and lets this browser in or not. */
  answered({ isEnded }) {
    this.#become(isEnded ? 'ended' : 'ok');
  }

  /** No answer came. */
  failed() {
    this.#become(navigator.onLine ? 'gone' : 'offline');
  }

  #become(state) {
    if (state === this.state) return;
    const was = this.state;
    this.state = state;
    this.dispatchEvent(new Event('state'));
    if (state === 'ok' && was !== 'ok') this.dispatchEvent(new Event('back'));
  }
}

export const connection = new Connection();
