// What the cloud sends to a partner: the catalogue, deliveries, the clock, scenarios.

import { address, note } from './route.js';
import { clock } from './clock.js';
import { Deliveries } from './deliveries.js';
import { el, fill } from './dom.js';
import { read } from './api.js';
import { scenarios } from './scenarios.js';
import { terminal } from './terminal.js';
import { titled, trigger } from './trigger.js';
import { say } from './words.js';

const CLASSES = ['request', 'lifecycle', 'notification'];

/** The view. The chosen event is in the address. */
export class Webhooks {
  #events = [];
  #world = null;

  constructor() {
    this.catalogue = el('nav.catalogue', { 'aria-label': say('webhooks.catalogue') });
    this.form = el('section.form', { 'aria-labelledby': 'form-title' });
    this.terminal = el('section.card', { 'aria-labelledby': 'terminal-title' });
    this.deliveries = new Deliveries();
    this.node = el('div.page.wide', {},
      el('div.titled', {}, el('h1', {}, say('view.webhooks')), clock(() => this.deliveries.load())),
      el('div.send', {}, this.catalogue, this.form),
      this.terminal,
      this.deliveries.node,
      scenarios(() => this.deliveries.load()));
    this.ready = this.#load();
  }

  visit(at) {
    this.ready.then(() => this.#choose(at.parts[0], at.parts[1]));
    return true;
  }

  close() {
    this.deliveries.close();
  }

  async #load() {
    try {
      this.#events = await read('/api/webhooks');
      this.#world = await read('/api/world').catch(() => ({ users: [], apps: [] }));
      fill(this.terminal, terminal(this.#world, () => this.deliveries.load()));
    } catch (error) {
      fill(this.form, el('p.trouble', { role: 'alert' }, error.message));
    }
  }

  #choose(name, delivery) {
    const event = this.#events.find((one) => one.event === name) ?? this.#events[0];
    if (!event) return;
    fill(this.catalogue, CLASSES.map((kind) => this.#group(kind, event)));
    const sent = (made) => {
      // The form stays as it is: its result is shown in it.
      note(address('webhooks', [event.event]));
      this.deliveries.load(made[0]?.delivery);
    };
    fill(this.form, trigger(event, this.#world, sent));
    if (delivery) this.deliveries.load(delivery);
  }

  #group(kind, chosen) {
    const rows = this.#events.filter((event) => event.class === kind);
    const link = (event) => el('a', {
      href: address('webhooks', [event.event]), 'aria-current': event === chosen ? 'true' : null, title: titled(event),
    }, event.event);
    return rows.length > 0 && [el('h2', {}, say(`class.${kind}`)), el('ul', {}, rows.map((event) => el('li', {}, link(event))))];
  }
}
