// What the cloud sends to a partner: the catalogue, deliveries, the clock, scenarios.

import { address, go, note } from './route.js';
import { clock } from './clock.js';
import { Deliveries } from './deliveries.js';
import { el, fill, prose } from './dom.js';
import { read } from './api.js';
import { scenarios } from './scenarios.js';
import { tabs } from './tabs.js';
import { terminal } from './terminal.js';
import { adopt, titled, trigger } from './trigger.js';
import { attempt } from './toast.js';
import { say } from './words.js';

const CLASSES = ['request', 'lifecycle', 'notification'];

const TABS = ['send', 'deliveries', 'scenarios', 'terminal'];

/** The view. The chosen event and tab are in the address. */
export class Webhooks {
  #events = [];
  #world = null;
  #shown = null;

  constructor() {
    this.catalogue = el('nav.catalogue', { 'aria-label': say('webhooks.catalogue') }, el('p.hint', {}, say('loading')));
    this.form = el('section.form', { 'aria-labelledby': 'form-title' }, el('p.hint', { id: 'form-title' }, say('loading')));
    this.terminal = el('section.card', { 'aria-labelledby': 'terminal-title' }, el('p.hint', { id: 'terminal-title' }, say('loading')));
    this.deliveries = new Deliveries(() => new Map((this.#world?.apps ?? []).map((app) => [app.id, app.name])));
    this.tabs = tabs({ title: say('webhooks.tabs'), names: TABS, label: (name) => say(`webhooks.tab.${name}`),
      panel: (name) => `panel-${name}`, choose: (name) => go(this.#address(name)) });
    const contents = {
      send: el('div.send', {}, this.catalogue, this.form), deliveries: this.deliveries.node,
      scenarios: scenarios(() => this.deliveries.load()), terminal: this.terminal,
    };
    this.panels = new Map(TABS.map((name) => [name,
      el('div', { role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}`, hidden: true }, contents[name])]));
    this.node = el('div.page.wide', {},
      el('div.titled', {}, el('h1', {}, say('view.webhooks')), clock(() => this.deliveries.load())),
      this.tabs.node, [...this.panels.values()]);
    this.ready = this.#load();
  }

  visit(at) {
    const [event, delivery] = at.parts;
    const asked = at.query.get('tab');
    const tab = TABS.includes(asked) ? asked : delivery ? 'deliveries' : 'send';
    this.tabs.mark(tab);
    for (const [name, panel] of this.panels) panel.hidden = name !== tab;
    const from = at.query.get('from');
    this.ready.then(async () => {
      if (from) await this.#adopt(event, from);
      this.#choose(event, delivery);
    });
    return true;
  }

  // `?from=N`: with the body of the exchange of that number.
  async #adopt(event, from) {
    note(address('webhooks', [event]));
    await attempt(() => adopt(event, from));
    this.#shown = null;
  }

  #address(tab) {
    return address('webhooks', this.#shown ? [this.#shown] : [], { tab: tab === 'send' ? null : tab });
  }

  close() {
    this.deliveries.close();
  }

  async #load() {
    try {
      this.#events = await read('/api/webhooks');
      this.#world = await read('/api/world').catch(() => ({ users: [], apps: [] }));
      this.deliveries.load();
      fill(this.terminal, terminal(this.#world, () => this.deliveries.load()));
    } catch (error) {
      fill(this.form, el('p.trouble', { role: 'alert' }, prose(error.message)));
    }
  }

  #choose(name, delivery) {
    const event = this.#events.find((one) => one.event === name) ?? this.#events[0];
    if (!event) return;
    if (delivery) this.deliveries.load(delivery);
    // What was written into the form stays while only the tab changes.
    if (event.event === this.#shown) return;
    this.#shown = event.event;
    fill(this.catalogue, CLASSES.map((kind) => this.#group(kind, event)));
    const sent = (made) => {
      // The form stays as it is: its result is shown in it.
      note(address('webhooks', [event.event]));
      this.deliveries.load(made[0]?.delivery);
    };
    fill(this.form, trigger(event, this.#world, sent));
  }

  #group(kind, chosen) {
    const rows = this.#events.filter((event) => event.class === kind);
    const link = (event) => el('a', {
      href: address('webhooks', [event.event]), 'aria-current': event === chosen ? 'true' : null, title: titled(event),
    }, event.event);
    return rows.length > 0 && [el('h2', {}, say(`class.${kind}`)), el('ul', {}, rows.map((event) => el('li', {}, link(event))))];
  }
}
