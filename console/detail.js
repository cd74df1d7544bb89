// One exchange: the sentence first, then who sent what to whom, then everything else by tabs.

import { address, current, go, note, route } from './route.js';
import { announce } from './announcer.js';
import { bodies } from './bodies.js';
import { button, el, fill, prose } from './dom.js';
import { columns } from './columns.js';
import { attempt, copy, toast } from './toast.js';
import { edit } from './editor.js';
import { replay, takeFresh } from './replay.js';
import { explanation, verdict } from './verdict.js';
import { delivery } from './delivery.js';
import { facts, others } from './facts.js';
import { fields, raw } from './headers.js';
import { finding } from './findings.js';
import { item, link, menu } from './menu.js';
import { outcome, result, way } from './row.js';
import { copies, copyOne, unless } from './copyas.js';
import { read } from './api.js';
import { moment, numbered, say, stamp } from './words.js';
import { entitle } from './shell.js';
import { heldForm } from './heldform.js';
import { mark, note as comment, star, write } from './marking.js';
import { remedies } from './remedies.js';
import { sentence } from './sentence.js';
import { tabs } from './tabs.js';
import { tokenRemedies } from './chipremedies.js';
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
  #drawn = new AbortController();

  constructor({ close, filter, marked }) {
    Object.assign(this, { leave: close, filter, marked });
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

  /** The gateway is back. */
  back() {
    if (this.#id !== null && (!this.#shown || this.#shown.running)) this.#load();
  }

  close() {
    this.#turn += 1;
    this.#drawn.abort();
    clearTimeout(this.timer);
  }

  /** Puts the focus on what the exchange is. */
  focus() {
    this.node.querySelector('#detail-title')?.focus();
  }

  /** What a key does with the exchange under the cursor. */
  async act(kind, id) {
    const exchange = this.#shown?.id === id ? this.#shown : await attempt(() => read(`/api/exchanges/${id}`));
    if (!exchange) return;
    const why = kind === 'edit' ? cannot(exchange) : exchange.running && (kind === 'star' || kind === 'replay') && 'running';
    if (why) toast(say(`copy.cannot.${why}`), { isBad: true });
    else if (kind === 'star') await mark(id, { starred: !exchange.starred }).then((row) => row && this.#mark(row));
    else if (kind === 'replay' && this.#shown === exchange) await this.#again(exchange.plane === 'proxy' ? 'app' : 'delivered');
    else if (kind === 'replay') await replay(exchange, exchange.plane === 'proxy' ? 'app' : 'delivered');
    else if (kind === 'edit') edit(exchange);
    else if (kind === 'curl') await copyOne(exchange, 'curl', { reveal: this.#revealed });
    else if (kind === 'compare') go(address('compare', [id]));
  }

  /** Somebody has marked a row, here or in another window. */
  learn(row) {
    const isSame = this.#shown?.id === row.id && this.#shown.starred === row.starred && this.#shown.comment === row.comment;
    if (isSame) this.marked(row);
    else this.#mark(row);
  }

  #mark(row) {
    this.marked(row);
    if (this.#shown?.id !== row.id) return;
    Object.assign(this.#shown, { starred: row.starred, comment: row.comment });
    this.#draw();
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
      const isOther = this.#shown?.id !== exchange.id;
      const isSame = exchange.running && this.#shown?.id === exchange.id && exchange.running.stage === this.#shown.running?.stage;
      this.#shown = exchange;
      if (!isSame) this.#draw();
      this.#follow();
      if (takeFresh()) this.focus();
      else if (isOther) announce(say('detail.opened', { id: numbered(exchange.id), what: titled(exchange) }));
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#shown = null;
      fill(this.node, this.#close(), el('div.trouble', { role: 'alert' },
        error.status === 404 && el('h2', { id: 'detail-title', tabindex: -1 }, say('detail.missing', { id: numbered(this.#id) })),
        el('p', {}, prose(error.message)), error.hint && el('p', {}, prose(error.hint))));
    }
  }

  #draw() {
    const shown = this.#shown;
    const [told, why] = sentence(shown);
    entitle(`${numbered(shown.id)} ${titled(shown)}`);
    this.#drawn.abort();
    this.#drawn = new AbortController();
    const focus = this.node.contains(document.activeElement) ? document.activeElement : null;
    const held = focus?.closest('.more') ? '.actions > .more > button' : focus?.id && `#${focus.id}`;
    fill(this.node,
      el('header.title', {},
        el('p.which', {}, el('span', {}, numbered(shown.id)), ' ', el('span', { title: stamp(shown.at) }, moment(shown.at)), ' ',
          el(`span.plane.${shown.plane}`, {}, `${way(shown.plane)} ${say(`plane.${shown.plane}`)}`), ' ', result(shown),
          shown.replay_of && el('a', current(() => address('exchange', [shown.replay_of], { filter: this.filter() })),
            say('row.replay', { of: numbered(shown.replay_of) }))),
        this.#actions(),
        el('h2', { id: 'detail-title', tabindex: -1 }, el('span.method', {}, shown.method), ' ', el('span.url', {}, shown.url)),
        el(`p.sentence.${outcome(shown)}`, {}, prose(told), why),
        further(shown),
        shown.without_token && tokenRemedies(shown.app, shown.user, shown.removed_token),
        comment(shown, (row) => this.#mark(row)),
        facts(shown, this.filter)),
      shown.running?.held && heldForm(shown),
      shown.delivery && delivery(shown, this.#drawn.signal),
      remedies(shown),
      explanation(shown) ?? (shown.hint && el('p.hint', {}, prose(shown.hint))),
      shown.imported ? el('details.flowing', {}, el('summary', {}, el('h3', {}, say('way.title')), ' ', say('row.imported')), others(shown, this.filter))
        : columns(shown, others(shown, this.filter)),
      this.#tabs());
    if (held) this.node.querySelector(held)?.focus();
  }

  #close() {
    return button('×', this.leave, { class: 'quiet square close', 'aria-label': say('act.close'), 'aria-keyshortcuts': 'Escape' });
  }

  // The likeliest by itself, the others in the menu.
  #actions() {
    const shown = this.#shown;
    const isProxy = shown.plane === 'proxy';
    const whole = unless(shown.running && 'running');
    const sent = unless(cannot(shown));
    const replayed = (as) => [say(`replay.${as}`), () => this.#again(as), { title: say(`replay.${as}.means`), ...(as === 'app' ? sent : whole) }];
    const marked = (row) => this.#mark(row);
    const [first, second] = [isProxy && 'app', shown.stages.passed && 'delivered'].filter(Boolean);
    return el('div.actions', { role: 'group', 'aria-label': say('detail.actions') },
      star(shown, marked, whole),
      first && button(...primary(replayed(first))),
      menu(say('act.more'), () => [
        second && item(...replayed(second)),
        shown.plane !== 'cloud' && item(say('act.edit'), () => edit(shown), sent),
        copies(shown, () => this.#revealed),
        item(say('mark.write'), () => write(shown, marked), whole),
        shown.event && link(say('act.webhook_from'), address('webhooks', [shown.event], { from: shown.id })),
        link(say('act.compare'), address('compare', [shown.id])),
        item(say('act.copy_link'), () => copy(location.href, say('done.link'))),
        item(say(this.#revealed ? 'act.hide_secrets' : 'act.show_secrets'), () => this.#reveal()),
      ]),
      this.#close());
  }

  // Until it is answered the button says that it waits.
  async #again(as) {
    const button = this.node.querySelector('.actions > .primary:not(:disabled)');
    const said = button?.textContent;
    if (button) Object.assign(button, { disabled: true, textContent: say('edit.busy'), ariaBusy: 'true' });
    await replay(this.#shown, as);
    if (button) Object.assign(button, { disabled: false, textContent: said, ariaBusy: 'false' });
  }

  async #reveal() {
    this.#revealed = !this.#revealed;
    await this.#load();
    this.node.querySelector('.more > button')?.focus();
  }

  #tabs() {
    const panel = el('div.panel', { role: 'tabpanel', id: 'panel', tabindex: 0, 'aria-labelledby': `tab-${this.#tab}` });
    const list = tabs({ title: say('detail.tabs'), names: [...TABS.keys()], label: (name) => say(`tab.${name}`), panel: () => 'panel', choose: (name) => choose(name) });
    const draw = () => {
      list.mark(this.#tab);
      panel.setAttribute('aria-labelledby', `tab-${this.#tab}`);
      fill(panel, TABS.get(this.#tab)(this.#shown));
    };
    const choose = (name) => {
      this.#tab = name;
      note(address('exchange', [this.#shown.id], { filter: route().query.get('filter'), tab: name === 'body' ? null : name }));
      draw();
    };
    draw();
    return el('div.tabs', {}, list.node, panel);
  }
}

// The sentence has the gravest of them.
function further({ finding: told, findings }) {
  const rest = told ? findings.filter((one) => one.rule !== told.rule || one.pointer !== told.pointer || one.text !== told.text) : [];
  return rest.length > 0 && el('details.further', {}, el('summary', {}, say('finding.more', { n: rest.length })), rest.map(finding));
}

const titled = (shown) => [shown.method, shown.event ?? (shown.path || shown.url), shown.status].filter(Boolean).join(' ');

// Why it cannot be sent again as its caller sent it: it has not ended, or the gate refused it before it was
// a request, and no stage has it.
const cannot = ({ running, stages }) => (running ? 'running' : !stages.asked && !stages.passed && 'missing');

const primary = ([label, act, attributes]) => [label, act, { ...attributes, class: 'primary' }];
