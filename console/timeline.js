// The timeline: every exchange of every plane, newest first, and one of them in detail.

import { address, go, note, route } from './route.js';
import { announce } from './announcer.js';
import { button, el, fill, prose } from './dom.js';
import { Detail } from './detail.js';
import { Exchanges } from './exchanges.js';
import { feed } from './feed.js';
import { filterbox } from './filterbox.js';
import { bind } from './keys.js';
import { Folding } from './folding.js';
import { har } from './har.js';
import { List } from './list.js';
import { age, isOtherDay, option } from './row.js';
import { lesson } from './lesson.js';
import { fromNow, moments } from './moments.js';
import { item } from './menu.js';
import { having, removing, since } from './terms.js';
import { settings } from './settings.js';
import { say, count } from './words.js';

const STILL = 1500;
// How often the time of what runs is drawn.
const COUNT = 200;

/** The view. It stays while only the opened exchange changes. */
export class Timeline {
  #paused = false;
  #touched = 0;
  #stop = new AbortController();

  constructor(at) {
    this.filter = at.query.get('filter') ?? '';
    this.model = new Exchanges();
    this.folding = new Folding();
    this.list = new List({
      label: say('timeline.list'), draw: (row) => option(row, this.filter), isParted: isOtherDay,
      open: (row) => this.#open(row.id), enter: (row) => this.#enter(row), pick: (term, isOut) => this.#pick(term, isOut), near: () => this.model.older(), moved: () => this.#steer(),
    });
    this.box = filterbox(this.filter, (text) => this.#apply(text));
    this.detail = new Detail({ close: () => this.#open(null), filter: () => this.filter, marked: (row) => this.model.mark(row) });
    this.node = this.#layout();
    const options = { signal: this.#stop.signal };
    this.model.addEventListener('change', () => this.#show(), options);
    feed.addEventListener('state', () => this.#status(), options);
    feed.addEventListener('marked', ({ detail }) => this.detail.learn(detail), options);
    this.list.node.addEventListener('pointermove', () => this.#touch(), options);
    this.list.node.addEventListener('pointerleave', () => this.#touch(0), options);
    this.clock = setInterval(() => this.#count(), COUNT);
    this.#keys();
    this.model.load(this.filter).then(() => this.#find());
  }

  /** Shows what the address says. */
  visit(at) {
    const filter = at.query.get('filter') ?? '';
    if (filter !== this.filter) {
      this.box.set(filter);
      this.#load(filter);
    }
    const id = at.view === 'exchange' ? Number(at.parts[0]) : null;
    this.node.classList.toggle('open', id !== null);
    this.detail.show(id, at.query.get('tab'));
    if (id !== null && this.list.cursor !== this.folding.shown(id)) {
      this.list.cursor = this.folding.shown(id);
      this.list.refresh();
    }
    return true;
  }

  /** The gateway is back: the stream goes on by itself, what failed is asked for again. */
  back() {
    if (this.model.error) this.model.load();
    this.detail.back();
  }

  close() {
    this.#stop.abort();
    clearInterval(this.clock);
    this.model.close();
    this.detail.close();
  }

  #layout() {
    this.news = button('', () => this.#release(), { class: 'news', hidden: true });
    this.pause = button(say('act.pause'), () => this.#toggle(), { 'aria-pressed': 'false', 'aria-keyshortcuts': 'p' });
    this.sum = el('p');
    this.har = har(() => this.filter, () => this.model.load());
    this.now = button('', () => this.#filterBy(fromNow(this.filter)), { class: 'now' });
    this.more = moments({
      filter: () => this.filter, change: (filter) => this.#filterBy(filter), begin: (at) => this.#begin(at),
      more: () => [item(say('act.compact'), () => this.#resize(), { 'aria-keyshortcuts': 'm' })],
    });
    this.state = el('p.live', { role: 'status' });
    this.empty = el('div.empty', { hidden: true });
    return el(settings.get('rows') === 'compact' ? 'div.timeline.compact' : 'div.timeline', {},
      // Of the exchange too, where there is room for that alone.
      el('h1.unseen', { id: 'stream-title' }, say('timeline.title')),
      el('section.stream', { 'aria-labelledby': 'stream-title' },
        el('div.tools', {}, this.box.node, el('div.flowtools', {}, this.state, this.now, this.pause, this.more)),
        el('div.rows', {}, this.news, this.list.node, this.empty),
        el('div.sum', {}, this.sum, this.har)),
      this.detail.node);
  }

  #resize() {
    const rows = settings.get('rows') === 'compact' ? 'full' : 'compact';
    settings.set('rows', rows);
    this.node.classList.toggle('compact', rows === 'compact');
    this.list.measure();
    this.list.redraw();
  }

  // An address that was opened may mean a row further below.
  #find() {
    const at = this.list.at();
    if (at > 0) this.list.point(at);
  }

  #apply(text) {
    const at = route();
    note(address(at.view, at.parts, { filter: text, tab: at.query.get('tab') }));
    this.#load(text);
  }

  #load(text) {
    this.filter = text;
    this.list.toTop();
    this.list.redraw();
    this.model.load(text);
  }

  // The way back takes it away again.
  #pick(term, isOut) {
    this.#filterBy(isOut ? removing(this.filter, term) : having(this.filter, term));
  }

  #filterBy(filter) {
    const at = route();
    go(address(at.view, at.parts, { filter, tab: at.query.get('tab') }));
    announce(say('pick.done', { filter }));
  }

  // Nothing new is shown above it until somebody goes back to the newest.
  async #begin(at) {
    await this.model.load(this.filter, at);
    this.#steer();
    this.list.toTop();
    if (at.oldest) this.list.point(this.list.rows.length - 1);
    else this.list.point(0);
    this.list.node.focus();
  }

  #open(id, replace = false) {
    const query = { filter: this.filter, tab: id === null ? null : route().query.get('tab') };
    go(id === null ? address('timeline', [], query) : address('exchange', [id], query), { replace });
    if (id === null) this.list.node.focus();
  }

  // From the list into the exchange, and back.
  #cross() {
    if (this.detail.id === null) return;
    if (this.detail.node.contains(document.activeElement)) this.list.node.focus();
    else this.detail.focus();
  }

  // Opened already, a row leads into its exchange.
  #enter(row) {
    if (this.detail.id === row.id) this.detail.focus();
    else this.#open(row.id);
  }

  #keys() {
    const onList = (by) => () => {
      this.list.node.focus();
      this.list.move(by);
      const row = this.list.rows[this.list.at()];
      if (row && this.node.classList.contains('open')) this.#open(row.id, true);
    };
    const withCursor = (act) => () => {
      const id = this.detail.id ?? this.list.rows[this.list.at()]?.id;
      if (id !== undefined) this.detail.act(act, id);
    };
    bind({
      j: onList(1), k: onList(-1), '/': () => this.box.focus(), p: () => this.#toggle(),
      r: withCursor('replay'), e: withCursor('edit'), c: withCursor('curl'), d: withCursor('compare'), s: withCursor('star'), m: () => this.#resize(), n: () => this.#filterBy(fromNow(this.filter)),
      i: () => this.#cross(),
      Esc: () => this.node.classList.contains('open') && this.#open(null),
    });
  }

  #show() {
    const { rows, complete, held, error, loading } = this.model;
    this.list.show(this.folding.rows(rows, this.filter), complete && !this.model.hold);
    if (this.list.cursor !== null) this.list.cursor = this.folding.shown(this.list.cursor);
    const isPast = this.model.past !== null;
    this.news.hidden = held === 0 && !isPast;
    const news = isPast ? say('timeline.newest', { n: held }) : say('timeline.new', { n: held });
    if ((held > 0 || isPast) && this.news.textContent !== news) {
      fill(this.news, news);
      announce(news, { calm: true });
    }
    if (error && error.status === 400) this.box.mistake(error);
    const isBare = rows.length === 0 && !loading;
    this.empty.hidden = !isBare;
    this.list.node.hidden = isBare;
    if (isBare) fill(this.empty, error ? trouble(error, () => this.model.load()) : lesson(this.filter));
    this.#status();
  }

  #status() {
    const { rows, complete, kept, notRecorded, filter, found } = this.model;
    const shown = !filter ? say('timeline.shown', { n: rows.length, kept })
      : complete ? say('timeline.found', { n: rows.length })
        : found === null ? say('timeline.found_more', { n: rows.length }) : say('timeline.found_of', { n: rows.length, found });
    fill(this.now, say(since(filter) ? 'moment.past' : 'moment.now'));
    fill(this.sum, [shown, notRecorded > 0 && say('timeline.lost', { n: notRecorded })].filter(Boolean).join(' · '));
    this.sum.parentElement.classList.toggle('losing', notRecorded > 0);
    const state = this.#paused ? 'paused' : feed.state;
    if (this.state.dataset.state === state) return;
    this.state.dataset.state = state;
    fill(this.state, el('span.dot', { 'aria-hidden': 'true' }), say(`live.${state}`),
      state === 'broken' && button(say('act.again'), () => feed.again(), { class: 'quiet' }));
  }

  #count() {
    this.list.each((row, node) => {
      if (row.running) node.querySelector('.took').textContent = age(row);
    });
  }

  #toggle() {
    this.#paused = !this.#paused;
    this.pause.setAttribute('aria-pressed', this.#paused);
    fill(this.pause, say(this.#paused ? 'act.resume' : 'act.pause'));
    this.#steer();
    this.#status();
  }

  // What is being read, or pointed at, does not move.
  #steer() {
    const isRead = !this.list.atTop || Date.now() - this.#touched < STILL;
    this.model.hold = this.#paused || isRead || this.model.past !== null;
    if (!this.model.hold && this.model.held > 0) this.model.release();
  }

  #touch(at = Date.now()) {
    this.#touched = at;
    this.#steer();
    clearTimeout(this.still);
    if (at > 0) this.still = setTimeout(() => this.#steer(), STILL);
  }

  #release() {
    this.#touched = 0;
    this.list.toTop();
    this.model.release();
    this.list.point(0);
    this.list.node.focus();
    this.#steer();
  }
}

function trouble(error, again) {
  return el('div.trouble', { role: 'alert' },
    error.status === 400 && el('h2', {}, say('trouble.refused')),
    el(error.status === 400 ? 'p' : 'h2', {}, prose(error.message)),
    error.hint && el('p', {}, prose(error.hint)),
    error.status === 0 && button(say('act.again'), again));
}
