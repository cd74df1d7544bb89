// Terms of the filter that the page writes itself: a value somebody clicked, or no longer wants.

import { address, current } from './route.js';
import { el } from './dom.js';
import { say } from './words.js';

// What a filter takes for a part of a text unless `=` says that it is the whole of it.
const TEXTS = new Set(['app', 'host', 'path', 'user', 'store', 'device', 'code', 'event', 'delivery', 'type']);

/** The term that lets through what has exactly this value. */
export function term(key, value) {
  const text = String(value);
  const isBare = /^[^\s"()*\\]+$/.test(text);
  return `${key}:${TEXTS.has(key) ? '=' : ''}${isBare ? text : `"${text.replace(/["\\]/g, '\\$&')}"`}`;
}

/** The filter with one more term, unless it has it; its opposite goes. */
export function having(filter, added) {
  const kept = without(filter, opposite(added));
  if (has(kept, added)) return kept;
  // A blank binds more closely than `or`.
  const isEither = words(kept).some((word) => word.toLowerCase() === 'or');
  return `${isEither ? `(${kept})` : kept} ${added}`.trim();
}

/** The filter without a term, or, if it has not got it, with its opposite. */
export const removing = (filter, gone) => (has(filter, gone) ? without(filter, gone) : having(filter, opposite(gone)));

/** Whether a term stands in it by itself. */
export const has = (filter, wanted) => words(filter).includes(wanted);

/** The filter without a term that stands by itself. */
export function without(filter, gone) {
  const all = words(filter);
  const isEither = all.some((word) => word.toLowerCase() === 'or');
  return isEither || !all.includes(gone) ? filter : all.filter((word) => word !== gone).join(' ');
}

/** The term that hides what came before a moment, or null. */
export const since = (filter) => words(filter).find((word) => word.toLowerCase().startsWith('after:')) ?? null;

/** A link beside an exchange that adds a value to the filter; with Alt it is taken away, or shut out. */
export function pick(filter, key, value, shown) {
  const added = term(key, value);
  const to = (change) => address('exchange', [shown], { filter: change(filter(), added) });
  const click = (event) => {
    event.currentTarget.href = to(event.altKey ? removing : having);
    if (!event.altKey) return;
    // A browser would save what the link leads to.
    event.preventDefault();
    location.hash = event.currentTarget.hash;
  };
  return el('a.pick', { ...current(() => to(having), { click }), title: say('pick.means', { term: added }) }, String(value));
}

const opposite = (one) => (one.startsWith('-') ? one.slice(1) : `-${one}`);

// Words at the top; what stands in parentheses stays one piece.
function words(filter) {
  const found = [];
  let [word, depth, isQuoted] = ['', 0, false];
  for (let at = 0; at < filter.length; at += 1) {
    const sign = filter[at];
    if (isQuoted && sign === '\\') {
      word += sign + (filter[at += 1] ?? '');
      continue;
    }
    if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && sign === '(') depth += 1;
    else if (!isQuoted && sign === ')') depth -= 1;
    if (!isQuoted && depth <= 0 && /\s/.test(sign)) {
      if (word) found.push(word);
      word = '';
    } else {
      word += sign;
    }
  }
  return word ? [...found, word] : found;
}
