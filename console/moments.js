// Where in time the list begins: from now on, at a moment, at the oldest.

import { address } from './route.js';
import { ask } from './ask.js';
import { having, since, without } from './terms.js';
import { item, link, menu } from './menu.js';
import { say } from './words.js';

/**
 * The menu of the list. `filter()` gives what is shown, `change(filter)` shows another, `begin(at)` begins the list
 * elsewhere, `more` are further items.
 */
export const moments = ({ filter, change, begin, more }) => menu(say('timeline.more'), () => [
  item(say(since(filter()) ? 'moment.past' : 'moment.now'), () => change(fromNow(filter()))),
  item(say('moment.at'), () => ask({ title: say('moment.at'), label: say('moment.when'), type: 'datetime-local', value: local(new Date()),
    act: async (value) => () => begin({ time: new Date(value).toISOString() }) })),
  item(say('moment.oldest'), () => begin({ oldest: true })),
  link(say('errors.title'), address('errors', [], { filter: filter() })),
  ...more(),
]);

/** The filter that hides what was, or shows it again. */
export function fromNow(filter) {
  const held = since(filter);
  return held ? without(filter, held) : having(filter, `after:${new Date().toISOString()}`);
}

const local = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
