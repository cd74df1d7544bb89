// An exchange once more, as it was or edited. The original stays as it is.

import { address, go, keptFilter } from './route.js';
import { attempt, toast } from './toast.js';
import { post } from './api.js';
import { numbered, say } from './words.js';

/** Sends it again: `app` through the whole pipeline, `delivered` straight to the partner; then shows the new one. */
export async function replay(exchange, as, changes = {}) {
  const made = await sentAgain(exchange, as, changes);
  if (made === null) return false;
  toast(say('done.replayed', { id: numbered(made) }));
  shownNext(made);
  return true;
}

let isWaiting = false;

/** The same without going there: the number of the new one, or null. One at a time. */
export async function sentAgain(exchange, as, changes) {
  if (isWaiting) {
    toast(say('replay.waiting'), { tone: 'odd' });
    return null;
  }
  isWaiting = true;
  document.documentElement.classList.add('waiting');
  try {
    const made = await attempt(() => post(`/api/exchanges/${exchange.id}/replay`, { as, ...changes }));
    return made?.exchange ?? null;
  } finally {
    isWaiting = false;
    document.documentElement.classList.remove('waiting');
  }
}

/** Shows an exchange that was just made. */
export function shownNext(id) {
  isFresh = true;
  go(address('exchange', [id], { filter: keptFilter() }));
}

let isFresh = false;

/** Whether what is shown now was just made: once, for whoever moves the focus there. */
export function takeFresh() {
  const was = isFresh;
  isFresh = false;
  return was;
}
