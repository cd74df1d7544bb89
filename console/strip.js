// What matters now, on every view: the way of an app's requests and webhooks, chip by chip, and behind
// each chip why and what to do.

import { brief, sentence, sign, worst } from './chips.js';
import { button, el, fill, select } from './dom.js';
import { probing, remedies } from './chipremedies.js';
import { settings } from './settings.js';
import { status } from './status.js';
import { say } from './words.js';

// Of an app, in the order of the way; the others where they are not as they should be.
const WAY = ['terminal', 'rules', 'upstream', 'token', 'running', 'webhook', 'queue'];
const WHOLE = ['gateway', 'configuration', 'faults', 'clock', 'recording'];
const ALWAYS = new Set(['terminal', 'rules', 'upstream', 'token', 'webhook']);
// What an arrow leads to.
const LED_TO = new Set(['rules', 'upstream']);

/** The app whose way is shown, of those there are. */
export function chosen() {
  const apps = status.known?.apps ?? [];
  return apps.find((app) => app.id === settings.get('app')) ?? apps[0] ?? null;
}

/** The strip. It stays; only what has changed is drawn anew. */
export class Strip {
  #open = null;
  #drawn = new Map();

  /** `signal` ends it. */
  constructor(signal) {
    this.whose = el('div.whose');
    this.fold = button('', () => this.#unfold(), { class: 'quiet fold', 'aria-expanded': 'false' });
    this.chips = el('ul.chips.plain');
    this.behind = el('div.behind', { id: 'behind', role: 'region', 'aria-label': say('strip.behind'), hidden: true });
    this.broken = el('div.broken', { role: 'alert', hidden: true });
    this.node = el('section.strip', { 'aria-label': say('strip.title'), hidden: true },
      el('div.now', {}, this.whose, this.fold, this.chips), this.behind, this.broken);
    this.node.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.#open) return;
      event.stopPropagation();
      const name = this.#open;
      this.#choose(null);
      this.chips.querySelector(`[data-chip=${name}]`)?.focus();
    });
    status.addEventListener('change', () => this.draw(), { signal });
    this.draw();
  }

  draw() {
    const { known } = status;
    if (!known) return;
    this.node.hidden = false;
    const groups = this.#groups(known);
    const whose = known.apps.map(({ id, name }) => [id, name]);
    this.#once('whose', [whose, chosen()?.id], () => fill(this.whose, whose.length > 1
      ? select(whose, chosen()?.id, (id) => this.#switch(id), { 'aria-label': say('fact.app') })
      : el('b', {}, whose[0]?.[1] ?? say('strip.no_app'))));
    const bad = groups.filter(({ state }) => state === 'fail' || state === 'warn').length;
    const state = worst(groups);
    this.#once('fold', [state, bad], () => fill(this.fold, el(`span.state.${state}`, {}, sign(state), ' ',
      bad > 0 ? say('strip.problems', { n: bad }) : say('strip.fine'))));
    this.#drawChips(groups);
    this.#drawBehind(groups.find(({ name }) => name === this.#open));
    this.#drawBroken(groups.find(({ name }) => name === 'configuration'));
  }

  #groups(known) {
    const of = (chips, names) => names.map((name) => ({ name, chips: chips.filter((chip) => chip.name === name) }))
      .filter(({ chips: own }) => own.length > 0)
      .map((group) => ({ ...group, state: worst(group.chips) }))
      .filter(({ name, state }) => ALWAYS.has(name) || state !== 'ok');
    return [...of(chosen()?.chips ?? [], WAY), ...of(known.chips, WHOLE)];
  }

  #drawChips(groups) {
    for (const node of this.chips.querySelectorAll('[data-chip]')) {
      const { chip } = node.dataset;
      if (groups.some(({ name }) => name === chip)) continue;
      if (node.contains(document.activeElement)) this.fold.focus();
      node.parentElement.remove();
      this.#drawn.delete(chip);
      if (this.#open === chip) this.#choose(null);
    }
    for (const [place, { name, chips, state }] of groups.entries()) {
      const node = this.chips.querySelector(`[data-chip=${name}]`) ?? this.#chip(name, place);
      this.#once(name, [state, brief(name, chips)], () => {
        node.className = `state ${state}`;
        fill(node, sign(state), ' ', el('span', {}, say(`chip.${name}`)), ' ', el('b', {}, brief(name, chips)));
      });
    }
  }

  #chip(name, place) {
    const node = button('', () => this.#choose(this.#open === name ? null : name), { 'data-chip': name, 'aria-expanded': 'false', 'aria-controls': 'behind' });
    const item = el('li', {}, LED_TO.has(name) && el('span.arrow', { 'aria-hidden': 'true' }, '→'), node);
    this.chips.insertBefore(item, this.chips.children[place] ?? null);
    return node;
  }

  #choose(name) {
    this.#open = name;
    this.#drawn.delete('behind');
    for (const node of this.chips.querySelectorAll('[data-chip]')) node.setAttribute('aria-expanded', node.dataset.chip === name);
    this.draw();
  }

  #drawBehind(group) {
    this.behind.hidden = !group;
    if (!group) return;
    // What somebody writes into stays under the hand.
    const isWritten = this.behind.querySelector('details[open]') !== null;
    if (isWritten && this.#drawn.has('behind')) return;
    this.#once('behind', group, () => fill(this.behind,
      el('ul.plain', {}, group.chips.map((chip) => el(`li.state.${chip.state}`, {}, sign(chip.state), ' ',
        el('span.said', {}, sentence(chip)), el('span.actions', {}, remedies(chip))))),
      el('p.actions', {}, group.name === 'upstream' && probing((known) => status.learn(known)),
        button(say('act.close'), () => this.#choose(null), { class: 'quiet small' }))));
  }

  // A file that is not in force is no matter of one chip: one edits it, and nothing changes.
  #drawBroken(group) {
    const mistakes = group?.state === 'fail' ? group.chips : [];
    this.#once('broken', mistakes, () => {
      this.broken.hidden = mistakes.length === 0;
      fill(this.broken, mistakes.length > 0 && [el('b', {}, say('strip.refused')), el('ul.plain', {}, mistakes.slice(0, 3).map((one) => el('li', {}, sentence(one)))),
        mistakes.length > 3 && el('p', {}, say('strip.more', { n: mistakes.length - 3 }))]);
    });
  }

  #switch(id) {
    settings.set('app', id);
    this.#drawn.delete('behind');
    this.draw();
    status.dispatchEvent(new Event('change'));
  }

  #unfold() {
    const isOpen = this.node.classList.toggle('open');
    this.fold.setAttribute('aria-expanded', isOpen);
    if (!isOpen) this.#choose(null);
  }

  #once(what, of, draw) {
    const text = JSON.stringify(of);
    if (this.#drawn.get(what) === text) return;
    this.#drawn.set(what, text);
    draw();
  }
}
