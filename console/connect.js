// How a client is led through the gateway: the authority, steps per platform, and whether it arrived.

import { post, read } from './api.js';
import { button, el, fill, prose, select } from './dom.js';
import { command } from './lesson.js';
import { isNear, steps } from './steps.js';
import { address } from './route.js';
import { attempt, copy, toast } from './toast.js';
import { duration, numbered, say, stamp } from './words.js';

const WATCH = 2000;

/** The view. */
export class Connect {
  #timer = null;

  constructor() {
    this.place = el('div', {}, el('p.hint', {}, say('loading')));
    this.reached = el('div', { role: 'status' });
    this.node = el('div.page', {}, el('h1', {}, say('view.connect')), el('p.hint', {}, say('connect.means')), this.place);
    this.#load();
  }

  visit() {
    return true;
  }

  close() {
    clearInterval(this.#timer);
  }

  async #load() {
    try {
      this.#draw(await read('/api/connect'));
    } catch (error) {
      fill(this.place, el('p.trouble', { role: 'alert' }, prose(error.message)));
    }
  }

  #draw(known) {
    const page = `${location.origin}/connect`;
    const { fingerprint } = known.ca;
    fill(this.place,
      el('section.card.authority', { 'aria-labelledby': 'ca' },
        el('div', {}, el('h2', { id: 'ca' }, say('connect.ca')), el('p', {}, say('connect.ca.means')),
          el('p.actions', {}, el('a.button.primary', { href: '/connect/ca.pem', download: 'ca.pem' }, 'ca.pem'),
            el('a.button', { href: '/connect/ca.der', download: 'ca.der' }, 'ca.der (Android)')),
          el('dl.addresses', {}, el('div', {}, el('dt', {}, 'SHA-256'), el('dd', {}, el('code.break', {}, fingerprint), ' ',
            button(say('act.copy'), () => copy(fingerprint, say('done.copied')), { class: 'quiet small' }))),
            addresses(known).map(([value, names]) => el('div', {}, el('dt', {}, names.join(', ')), el('dd', {}, el('code', {}, value)))))),
        picture(page, known.proxy)),
      el('section.card', { 'aria-labelledby': 'test' }, el('h2', { id: 'test' }, say('connect.test')), el('p', {}, say('connect.test.means')),
        el('p.actions', {}, button(say('connect.self'), (event) => this.#test(event.target), { class: 'primary' }),
          button(say('connect.test.start'), (event) => this.#watch(event.target))), this.reached),
      this.#platforms(known));
  }

  #platforms(known) {
    const found = steps(known, location.origin);
    const shown = el('div');
    const draw = (name) => fill(shown, el('p', {}, say(`steps.${name}`)),
      el('ol.steps', {}, found.find(([one]) => one === name)[1].map(([what, text]) => el('li', {}, say(`step.${what}`), command(text)))));
    draw(found[0][0]);
    return el('section.card', { 'aria-labelledby': 'steps' },
      el('div.titled', {}, el('h2', { id: 'steps' }, say('connect.steps')),
        select(found.map(([name]) => [name, say(`platform.${name}`)]), found[0][0], draw, { 'aria-label': say('connect.platform') })), shown);
  }

  async #test(pressed) {
    pressed.disabled = true;
    const done = await attempt(() => post('/api/connect/test'));
    pressed.disabled = false;
    if (done) fill(this.reached, el('ul.plain', {}, done.ways.map((way) => el('li', {},
      el(way.works ? 'span.mark.pass' : 'span.mark.fail', {}, `${way.works ? '✓' : '✕'} ${way.entrance} ${way.address}`), ' ',
      duration(way.took_ms), ' ', el('span.hint', {}, prose(way.detail))))));
  }

  // Who comes from now on is the one that was waited for.
  #watch(pressed) {
    clearInterval(this.#timer);
    const since = Date.now();
    pressed.disabled = true;
    fill(this.reached, el('p.hint', {}, say('connect.waiting')));
    this.#timer = setInterval(() => attempt(async () => {
      const { reached } = await read('/api/connect');
      const fresh = reached.filter((one) => new Date(one.at).getTime() >= since - WATCH);
      if (fresh.length === 0) return;
      clearInterval(this.#timer);
      pressed.disabled = false;
      fill(this.reached, el('ul.plain', {}, fresh.map((one) => el('li', {}, el('span.mark.pass', {}, `✓ ${one.peer}`), ' ', stamp(one.at), ' ',
        el('a', { href: address('exchange', [one.exchange]) }, numbered(one.exchange))))));
      toast(say('connect.arrived'));
    }), WATCH);
  }
}

// Each address once, with all that it is for.
function addresses(known) {
  const found = new Map();
  for (const [name, value] of Object.entries({ proxy: known.proxy, ...known.addresses })) {
    if (typeof value === 'string') found.set(value, [...(found.get(value) ?? []), name]);
  }
  return [...found];
}

// A phone reads the address from the screen where it can reach it; else a cable leads it here, and its requests to the proxy.
export function picture(page, proxy) {
  const { hostname, port } = new URL(page);
  if (!isNear(hostname)) return el('figure', {}, el('img.qr', { src: '/connect/qr.svg', alt: say('connect.qr', { address: page }) }), el('figcaption', {}, page));
  const ports = [port, new URL(proxy).port || '80'];
  return el('div.cable', {}, el('p.hint', {}, say('connect.near', { address: page })), command(ports.map((one) => `adb reverse tcp:${one} tcp:${one}`).join('\n')), el('p.hint', {}, say('connect.near.then', { address: page })));
}
