// What failed, grouped by kind and endpoint, the most frequent first.

import { address } from './route.js';
import { el, prose, refill } from './dom.js';
import { having, term } from './terms.js';
import { read } from './api.js';
import { stream } from './stream.js';
import { knows, say, stamp } from './words.js';

const BREATH = 1000;

/** The view. The filter is in the address. */
export class Errors {
  #stop = new AbortController();
  #timer = null;

  constructor() {
    this.place = el('div', { role: 'region', 'aria-labelledby': 'errors-title' });
    this.node = el('div.page.wide', {}, el('h1', { id: 'errors-title' }, say('errors.title')), el('p.hint', {}, say('errors.means')), this.place);
    stream.addEventListener('events', () => { this.#timer ??= setTimeout(() => this.#load(), BREATH); }, { signal: this.#stop.signal });
    stream.join();
  }

  visit(at) {
    this.filter = at.query.get('filter') ?? '';
    this.#load();
    return true;
  }

  close() {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  async #load() {
    clearTimeout(this.#timer);
    this.#timer = null;
    try {
      const groups = await read('/api/exchanges/errors', { filter: this.filter });
      if (this.#stop.signal.aborted) return;
      refill(this.place,
        this.filter && el('p', {}, say('errors.within'), ' ', el('code', {}, this.filter), ' ', el('a', { href: address('errors') }, say('empty.unfilter'))),
        groups.length > 0 ? this.#table(groups) : el('p.empty', {}, say('errors.none')));
    } catch (error) {
      refill(this.place, el('p.trouble', { role: 'alert' }, prose([error.message, error.hint].filter(Boolean).join(' '))));
    }
  }

  #table(groups) {
    return el('div.scroll', { tabindex: 0, role: 'group', 'aria-labelledby': 'errors-title' }, el('table.data.errors', {},
      el('thead', {}, el('tr', {}, ['count', 'what', 'where', 'app', 'last'].map((key) => el('th', { scope: 'col' }, say(`errors.col.${key}`))))),
      el('tbody', {}, groups.map((one) => this.#row(one)))));
  }

  #row(one) {
    const filter = all(one, this.filter);
    return el('tr', {},
      el('td.count', {}, el('a', { href: address('timeline', [], { filter }), 'data-key': filter, 'aria-label': say('errors.show', { n: one.count }) }, String(one.count))),
      el('th', { scope: 'row' }, what(one)),
      el('td', {}, one.event && [el('b', {}, one.event), ' '], el('code', {}, `${one.method} ${one.host}${one.path}`)),
      el('td', {}, one.app ?? '—'),
      el('td', {}, el('a', { href: address('exchange', [one.latest], { filter }) }, stamp(one.last_at))));
  }
}

// The status or none, the code with its meaning, the verdict.
function what(one) {
  const code = one.code && [el('code', {}, one.code), knows(`code.${one.code}`) && [' ', el('span.hint', {}, say(`code.${one.code}`))]];
  return [el('span.mark.fail', {}, `✕ ${one.status ?? say('row.no_status')}`), ' ', code || (one.verdict && el('span.hint', {}, say(`verdict.${one.verdict}`)))];
}

// The terms that let exactly these through.
function all(one, filter) {
  const known = [
    ['plane', one.plane], ['method', one.method], ['host', one.host], ['app', one.app ?? 'none'], ['event', one.event ?? 'none'],
    ['status', one.status ?? 'none'], ['code', one.code ?? 'none'], one.verdict && ['verdict', one.verdict],
  ].filter(Boolean);
  // A text that is not there is no text of its own.
  const terms = known.map(([key, value]) => (value === 'none' ? `${key}:none` : term(key, value)));
  const path = `(${term('path', one.path)} or ${term('path', `${one.path}?*`)})`;
  return [...terms, path, '-has:fault'].reduce(having, filter);
}
