// Deliveries with every attempt and the time of the next.

import { attempt, toast } from './toast.js';
import { short, state, tone, written } from './result.js';
import { button, el, fill, plain, prose, refill, select, unique } from './dom.js';
import { feed } from './feed.js';
import { post, read } from './api.js';
import { address } from './route.js';
import { tries } from './tries.js';
import { say, stamp } from './words.js';

const COLUMNS = ['time', 'app', 'event', 'state', 'attempts', 'next', 'acts'];
const ROWS = 100;
const BREATH = 500;

/** The list. It follows what is sent; `apps` gives names by ids. */
export class Deliveries {
  #state = '';
  /** By delivery, where its attempts are shown: what is read anew is not empty meanwhile. */
  #open = new Map();
  #timer = null;
  #stop = new AbortController();

  constructor(apps) {
    this.apps = apps;
    const states = ['', 'queued', 'delivered', 'failed'].map((state) => [state, say(`deliveries.${state || 'all'}`)]);
    this.rows = el('tbody', {}, el('tr', {}, el('td', { colspan: COLUMNS.length }, say('loading'))));
    this.node = el('section.deliveries', { 'aria-labelledby': 'deliveries-title' },
      el('div.titled', {}, el('h2', { id: 'deliveries-title' }, say('deliveries.title')),
        select(states, '', (state) => { this.#state = state; this.load(); }, { 'aria-label': say('deliveries.state') })),
      el('table.data', {},
        el('thead', {}, el('tr', {}, COLUMNS.map((key) => el('th', { scope: 'col' }, say(`deliveries.col.${key}`))))),
        this.rows));
    feed.addEventListener('rows', ({ detail }) => detail.rows.length > 0 && this.#soon(), { signal: this.#stop.signal });
    this.#follow();
    this.load();
  }

  close() {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  /** Reads the list anew; one of them may be opened. */
  async load(open) {
    if (open && !this.#open.has(open)) this.#open.set(open, el('td', { colspan: COLUMNS.length }));
    try {
      const list = await read('/api/deliveries', { state: this.#state, limit: ROWS });
      refill(this.rows, list.length > 0 ? list.map((one) => this.#row(one)) : el('tr', {}, el('td', { colspan: COLUMNS.length }, say('deliveries.none'))));
    } catch (error) {
      fill(this.rows, el('tr', {}, el('td.trouble', { colspan: COLUMNS.length }, prose(error.message))));
    }
  }

  async #follow() {
    const page = await read('/api/exchanges', { limit: 1 }).catch(() => null);
    if (page && !this.#stop.signal.aborted) feed.listen('plane:webhook', page.latest);
  }

  #soon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      // What somebody is working with stays under the hand.
      if (!this.rows.contains(document.activeElement)) this.load();
    }, BREATH);
  }

  #row(one) {
    const id = unique('attempts');
    const cell = this.#open.get(one.delivery) ?? el('td', { colspan: COLUMNS.length });
    const more = el('tr.attempts', { id, hidden: true }, cell);
    const toggle = async (isOpen) => {
      more.hidden = !isOpen;
      opener.setAttribute('aria-expanded', isOpen);
      if (isOpen) this.#open.set(one.delivery, cell);
      else this.#open.delete(one.delivery);
      if (isOpen) await attempt(() => draw(null));
    };
    const draw = async (reveal) => fill(cell, attempts(await read(`/api/deliveries/${one.delivery}`, { reveal })),
      el('p', {}, button(say(reveal ? 'act.hide_secrets' : 'act.show_secrets'), () => attempt(() => draw(reveal ? null : 'true')), { class: 'quiet small', 'aria-pressed': Boolean(reveal) })));
    const opener = button(one.event, () => toggle(more.hidden), { class: 'quiet opener', 'aria-expanded': 'false', 'aria-controls': id, 'data-key': `open ${one.delivery}` });
    if (this.#open.has(one.delivery)) toggle(true);
    return [el('tr', {},
      el('td', {}, stamp(one.created)),
      el('td', {}, this.apps().get(one.app) ?? one.app),
      el('th', { scope: 'row', title: `${one.method} ${one.url}` }, opener),
      el('td', { title: plain(one.failure ?? one.findings?.[0]?.text ?? '') }, state(one)),
      el('td', { 'data-column': say('deliveries.col.attempts') }, String(one.attempts)),
      el('td', { 'data-column': say('deliveries.col.next') }, one.next_attempt ? stamp(one.next_attempt) : '—'),
      el('td', {}, button(say('deliveries.now'), () => this.#deliver(one.delivery), { class: 'small', 'data-key': `now ${one.delivery}`, 'aria-label': `${say('deliveries.now')}: ${one.event}` }),
        ' ', el('a', { href: address('timeline', [], { filter: `delivery:${one.delivery}` }) }, say('deliveries.exchanges')))), more];
  }

  async #deliver(id) {
    await attempt(async () => {
      const [made] = await post(`/api/deliveries/${id}/deliver?wait=true`);
      toast(say('result.sent', { result: short(made) }), { tone: tone(made) });
    });
    await this.load(id);
  }
}

function attempts(detail) {
  return [
    el('p', {}, el('code', {}, `${detail.method} ${detail.url}`)),
    tries(detail),
    detail.next_attempt && el('p', {}, say('deliveries.next', { at: stamp(detail.next_attempt) })),
    detail.body !== null && el('details', {}, el('summary', {}, say('deliveries.body')),
      el('pre', { tabindex: 0 }, written(detail.body))),
  ];
}
