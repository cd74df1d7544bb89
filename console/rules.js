// The URLs that an app may call, and why one is allowed or not.

import { el, field, fill, prose, select } from './dom.js';
import { address, note } from './route.js';
import { read } from './api.js';
import { rules } from './verdict.js';
import { say } from './words.js';

const BREATH = 200;

/** The view. App and URL are in the address. */
export class Rules {
  #timer = null;
  #turn = 0;

  constructor(at) {
    this.url = el('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', value: at.query.get('url') ?? '',
      placeholder: 'https://loyalty.example.ru/api/points?phone=1', on: { input: () => this.#soon() } });
    this.app = at.query.get('app');
    this.apps = el('div');
    this.lists = el('div');
    this.result = el('div.found', { role: 'status' });
    this.node = el('div.page', {}, el('h1', {}, say('view.rules')), el('p.hint', {}, say('rules.means')),
      el('section.card', { 'aria-label': say('rules.ask') },
        el('div.line.ask', {}, this.apps, field(say('rules.url'), this.url)), this.result),
      this.lists);
    this.#load();
  }

  visit() {
    return true;
  }

  close() {
    clearTimeout(this.#timer);
  }

  async #load() {
    try {
      const { apps } = await read('/api/world');
      this.app = apps.find((app) => app.name === this.app)?.name ?? apps[0]?.name ?? null;
      fill(this.apps, field(say('fact.app'), select(apps.map((app) => [app.name, app.name]), this.app, (name) => {
        this.app = name;
        this.#ask();
      })));
      fill(this.lists, apps.map(listed));
      if (this.url.value) this.#ask();
    } catch (error) {
      fill(this.lists, el('p.trouble', { role: 'alert' }, prose(error.message)));
    }
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), BREATH);
  }

  async #ask() {
    const url = this.url.value.trim();
    note(address('rules', [], { app: this.app, url }));
    const turn = (this.#turn += 1);
    if (!url) return fill(this.result);
    try {
      const found = await read('/api/explain', { app: this.app, url });
      if (turn !== this.#turn) return undefined;
      return fill(this.result,
        el('p.judgement', {}, el(found.allowed ? 'span.mark.pass' : 'span.mark.fail', {}, found.allowed ? `✓ ${say('rules.allowed')}` : `✕ ${say('rules.refused')}`)),
        el('p', {}, prose(found.sentence)), rules(found, url));
    } catch (error) {
      return turn === this.#turn && fill(this.result, el('p.trouble', {}, prose([error.message, error.hint].filter(Boolean).join(' '))));
    }
  }
}

function listed(app) {
  return el('section.card', { 'aria-label': app.name },
    el('header.titled', {}, el('h2', {}, app.name), el('a', { href: address('timeline', [], { filter: `app:${app.name} is:refused` }) }, say('rules.refusals'))),
    app.allow.length > 0
      ? el('ol.patterns', {}, app.allow.map((pattern) => el('li', {}, el('code', {}, pattern))))
      : el('p.hint', {}, say('rules.none')));
}
