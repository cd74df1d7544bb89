// One exchange: the sentence first, then who sent what to whom, then everything else by tabs.

import { address, go, note, route } from './route.js';
import { bodies } from './bodies.js';
import { button, el, fill } from './dom.js';
import { columns } from './columns.js';
import { attempt, copy, toast } from './toast.js';
import { edit, replay, takeFresh } from './replay.js';
import { explanation, verdict } from './verdict.js';
import { brief } from './injected.js';
import { fields, raw } from './headers.js';
import { outcome, way } from './row.js';
import { copyAs, copyOne, unless } from './copyas.js';
import { read } from './api.js';
import { duration, moment, say, stamp } from './words.js';
import { heldForm } from './heldform.js';
import { sentence } from './sentence.js';
import { timing } from './timing.js';

const TABS = new Map(Object.entries({ body: bodies, headers: fields, timing, raw, verdict }));

const FOLLOW = 400;

/** The pane beside the timeline. */
export class Detail {
  #id = null;
  #shown = null;
  #tab = 'body';
  #revealed = false;
  #turn = 0;

  constructor({ close, filter }) {
    Object.assign(this, { leave: close, filter });
    this.timer = null;
    this.node = el('section.detail', { 'aria-label': say('detail.label'), hidden: true });
  }

  /** Of the exchange that is shown, or null. */
  get id() {
    return this.#id;
  }

  /** Shows an exchange, or nothing. */
  async show(id, tab) {
    const wanted = TABS.has(tab) ? tab : 'body';
    const isOther = wanted !== this.#tab;
    this.#tab = wanted;
    this.node.hidden = id === null;
    if (id === this.#id) {
      if (isOther && this.#shown) this.#draw();
      return;
    }
    this.#id = id;
    this.#revealed = false;
    if (id !== null) await this.#load();
  }

  close() {
    this.#turn += 1;
    clearTimeout(this.timer);
  }

  /** What a key does with the exchange under the cursor. */
  async act(kind, id) {
    const exchange = this.#shown?.id === id ? this.#shown : await attempt(() => read(`/api/exchanges/${id}`));
    if (!exchange) return;
    if (kind === 'replay') await replay(exchange, exchange.plane === 'proxy' ? 'app' : 'delivered');
    else if (kind === 'edit' && !isBare(exchange)) edit(exchange);
    else if (kind === 'edit') toast(say('copy.cannot.missing'), { isBad: true });
    else if (kind === 'curl') await copyOne(exchange, 'curl', { reveal: this.#revealed });
    else if (kind === 'compare') go(address('compare', [id]));
  }

  // What has not ended is filled in as it goes on, and at its end.
  #follow() {
    clearTimeout(this.timer);
    if (this.#shown.running) this.timer = setTimeout(() => this.#load(), FOLLOW);
  }

  async #load() {
    const turn = (this.#turn += 1);
    clearTimeout(this.timer);
    try {
      const query = this.#revealed ? { reveal: 'true' } : {};
      const exchange = await read(`/api/exchanges/${this.#id}`, query);
      if (turn !== this.#turn) return;
      const isSame = exchange.running && this.#shown?.id === exchange.id && exchange.running.stage === this.#shown.running?.stage;
      this.#shown = exchange;
      if (!isSame) this.#draw();
      this.#follow();
      if (takeFresh()) this.node.querySelector('#detail-title').focus();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#shown = null;
      fill(this.node, this.#close(), el('div.trouble', { role: 'alert' },
        el('h2', { id: 'detail-title' }, say('detail.missing', { id: String(this.#id) })),
        el('p', {}, error.message), error.hint && el('p', {}, error.hint)));
    }
  }

  #draw() {
    const shown = this.#shown;
    fill(this.node,
      el('header.title', {},
        el('p.which', {}, el('span', {}, `#${shown.id}`), ' ', el('span', { title: stamp(shown.at) }, moment(shown.at)), ' ',
          el(`span.plane.${shown.plane}`, {}, `${way(shown.plane)} ${say(`plane.${shown.plane}`)}`),
          shown.replay_of && el('a', { href: address('exchange', [shown.replay_of], { filter: this.filter() }) },
            say('row.replay', { of: `#${shown.replay_of}` }))),
        this.#close(),
        el('h2', { id: 'detail-title', tabindex: -1 }, el('span.method', {}, shown.method), ' ', el('span.url', {}, shown.url)),
        el(`p.sentence.${outcome(shown)}`, {}, sentence(shown)),
        facts(shown)),
      shown.running?.held && heldForm(shown),
      this.#actions(),
      explanation(shown) ?? (shown.hint && el('p.hint', { lang: 'en' }, shown.hint)),
      columns(shown),
      this.#tabs());
  }

  #close() {
    return button('×', this.leave, { class: 'quiet square close', 'aria-label': say('act.close'), 'aria-keyshortcuts': 'Escape' });
  }

  #actions() {
    const shown = this.#shown;
    const again = (as, attributes) => button(say(`replay.${as}`), () => replay(shown, as), { title: say(`replay.${as}.means`), ...attributes });
    const isProxy = shown.plane === 'proxy';
    return el('div.actions', { role: 'group', 'aria-label': say('detail.actions') },
      isProxy && again('app', unless(isBare(shown) && 'missing')),
      shown.stages.passed && again('delivered'),
      shown.plane !== 'cloud' && button(say('act.edit'), () => edit(shown), unless(isBare(shown) && 'missing')),
      copyAs(shown, this.#revealed),
      el('a.button', { href: address('compare', [shown.id]) }, say('act.compare')),
      button(say('act.copy_link'), () => copy(location.href, say('done.link'))),
      button(say(this.#revealed ? 'act.hide_secrets' : 'act.show_secrets'), () => this.#reveal(), { 'aria-pressed': this.#revealed }));
  }

  async #reveal() {
    this.#revealed = !this.#revealed;
    await this.#load();
    [...this.node.querySelectorAll('.actions button')].at(-1)?.focus();
  }

  #tabs() {
    const panel = el('div.panel', { role: 'tabpanel', id: 'panel', tabindex: 0, 'aria-labelledby': `tab-${this.#tab}` });
    const names = [...TABS.keys()];
    const tabs = names.map((name) => button(say(`tab.${name}`), () => choose(name), {
      role: 'tab', id: `tab-${name}`, 'aria-controls': 'panel',
      on: { keydown: (event) => move(event, name) },
    }));
    const draw = () => {
      for (const [place, tab] of tabs.entries()) {
        const isChosen = names[place] === this.#tab;
        tab.setAttribute('aria-selected', isChosen);
        tab.tabIndex = isChosen ? 0 : -1;
      }
      panel.setAttribute('aria-labelledby', `tab-${this.#tab}`);
      fill(panel, TABS.get(this.#tab)(this.#shown));
    };
    const choose = (name) => {
      this.#tab = name;
      note(address('exchange', [this.#shown.id], { filter: route().query.get('filter'), tab: name === 'body' ? null : name }));
      draw();
    };
    const move = (event, name) => {
      const by = new Map([['ArrowRight', 1], ['ArrowLeft', -1]]).get(event.key);
      if (!by) return;
      event.preventDefault();
      const next = (names.indexOf(name) + by + names.length) % names.length;
      choose(names[next]);
      tabs[next].focus();
    };
    draw();
    return el('div.tabs', {}, el('div', { role: 'tablist', 'aria-label': say('detail.tabs') }, tabs), panel);
  }
}

// The gate refused it before it was a request: no stage has it.
const isBare = ({ stages }) => !stages.asked && !stages.passed;

function facts(shown) {
  const rows = [
    ['fact.app', shown.app], ['fact.user', shown.user], ['fact.store', shown.store],
    ['fact.device', shown.device_name ?? shown.device], ['fact.event', shown.event],
    ['fact.attempt', shown.attempt], ['fact.took', shown.took_ms === null || shown.running ? null : duration(shown.took_ms)],
    ['fact.entrance', shown.entrance], ['fact.to', shown.to],
  ];
  const kept = rows.filter(([, value]) => value !== null && value !== undefined);
  return [
    el('dl.facts', {}, kept.map(([key, value]) => el('div', {}, el('dt', {}, say(key)), el('dd', {}, String(value))))),
    shown.notes.length > 0 && el('div.noted', {}, el('b', {}, say('fact.notes')),
      el('ul', { lang: 'en' }, shown.notes.map((note) => el('li', {}, note)))),
    shown.faults.length > 0 && el('p.faulty', {}, el('b', {}, say('fact.faults')), ' ',
      shown.injected.map((fault) => el('span.tag.fault', {}, `✳ ${brief(fault)}`)),
      shown.injected.length === 0 && shown.faults.map((fault) => el('span.tag.fault', {}, fault))),
  ];
}
