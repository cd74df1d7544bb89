// The attempts of one delivery: when, how it went, what was answered. The newest stands first.

import { address, current as upToDate, keptFilter } from './route.js';
import { el, prose } from './dom.js';
import { finding } from './findings.js';
import { outcome, written } from './result.js';
import { duration, say, stamp } from './words.js';

/** All of them. `exchanges` has the number of an attempt's exchange, `current` is the attempt that is looked at. */
export function tries(detail, { exchanges = new Map(), current = null } = {}) {
  if (detail.tries.length === 0) return el('p.hint', {}, say('deliveries.no_attempt'));
  const one = (made) => {
    const id = exchanges.get(made.number);
    const when = `${stamp(made.at)} · ${duration(made.took_ms)}`;
    const isCurrent = made.number === current;
    return el(isCurrent ? 'li.current' : 'li', { value: made.number, 'aria-current': isCurrent ? 'true' : null },
      id && !isCurrent ? el('a', upToDate(() => address('exchange', [id], { filter: keptFilter() })), when) : when, ' · ',
      outcome({ ...made, state: detail.state }), ' ', more(made, detail.tries.length === 1));
  };
  return el('ol.tries', { reversed: true }, detail.tries.toReversed().map(one));
}

// Why, and what was answered.
function more(made, isOpen) {
  const parts = [
    made.failure && made.findings.length === 0 && el('p', {}, prose(made.failure)),
    made.findings.map(finding),
    made.answer !== null && el('pre', { tabindex: 0, 'aria-label': say('result.answer') }, written(made.answer)),
  ].flat().filter(Boolean);
  if (parts.length === 0) return null;
  return el('details', { open: isOpen }, el('summary', {}, say(made.answer === null ? 'tries.why' : 'result.answer')), parts);
}
