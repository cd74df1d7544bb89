// Two exchanges side by side: their facts, the fields and the bodies of each stage.

import { address, go, keptFilter } from './route.js';
import { difference } from './difference.js';
import { button, el, field, fill, prose } from './dom.js';
import { indented } from './jsontree.js';
import { read } from './api.js';
import { result } from './row.js';
import { duration, moment, numbered, say } from './words.js';
import { titled } from './headers.js';

const STAGES = ['asked', 'passed', 'answered', 'returned'];
const FACTS = ['method', 'url', 'status', 'code', 'rule', 'app', 'device_name', 'took_ms', 'verdict'];
// What tells of when and how, not of what; as the command `diff` has it.
const PASSING = new Set(['connection', 'date', 'x-gateway-replay']);

/** The view. */
export class Compare {
  #all = false;

  constructor() {
    this.result = el('div');
    this.left = el('input', { type: 'text', inputmode: 'numeric', required: true });
    this.right = el('input', { type: 'text', inputmode: 'numeric', required: true });
    const submit = (event) => {
      event.preventDefault();
      const parts = [this.left.value, this.right.value].map((text) => text.replace(/\D/g, ''));
      if (parts.every(Boolean)) go(address('compare', parts));
    };
    this.all = el('input', { type: 'checkbox', id: 'compare-all', on: { change: () => {
      this.#all = this.all.checked;
      this.#show();
    } } });
    this.node = el('div.page', {},
      el('h1', {}, say('compare.title')),
      el('form.inline', { on: { submit } }, field(say('compare.left'), this.left), field(say('compare.right'), this.right),
        el('button.primary', { type: 'submit' }, say('act.compare')),
        button(say('compare.swap'), () => go(address('compare', [this.right.value, this.left.value]))),
        el('p.check', {}, this.all, el('label', { for: 'compare-all' }, say('compare.all')))),
      this.result);
  }

  visit(at) {
    [this.left.value, this.right.value] = [at.parts[0] ?? '', at.parts[1] ?? ''];
    if (at.parts[1]) this.#load(at.parts);
    else this.#suggest(at.parts[0]);
    return true;
  }

  close() {}

  #show() {
    if (!this.both) return;
    const [left, right] = this.both;
    fill(this.result, head(left, right), facts(left, right, this.#all), STAGES.map((stage) => stageOf(stage, left, right, this.#all)));
  }

  // The likely other one: the newest with the same method and path.
  async #suggest(id) {
    this.right.focus();
    if (!id) return;
    try {
      const one = await read(`/api/exchanges/${id}`);
      const path = one.path.split('?')[0];
      const page = await read('/api/exchanges', { filter: `path:${path} method:${one.method}`, limit: 11 });
      const others = page.exchanges.filter((other) => other.id !== one.id).slice(0, 10);
      fill(this.result, el('h2', {}, say('compare.with')), el('ul.plain', {}, others.map((other) => el('li', {},
        result(other), ' ', el('a', { href: address('compare', [id, other.id]) }, `${numbered(other.id)} ${moment(other.at)} ${other.method} ${other.path}`), ' ',
        el('span.hint', {}, distance(one, other))))));
    } catch (error) {
      fill(this.result, el('p.trouble', { role: 'alert' }, prose(error.message)));
    }
  }

  async #load(ids) {
    try {
      this.both = await Promise.all(ids.map((id) => read(`/api/exchanges/${id}`)));
      this.#show();
    } catch (error) {
      fill(this.result, el('p.trouble', { role: 'alert' }, prose(error.message)));
    }
  }
}

// How much sooner or later the other one began.
function distance(one, other) {
  const ms = new Date(other.at) - new Date(one.at);
  return say(ms < 0 ? 'compare.sooner' : 'compare.later', { time: duration(Math.abs(ms)) });
}

function head(left, right) {
  const one = (shown) => el('a', { href: address('exchange', [shown.id], { filter: keptFilter() }) }, `${numbered(shown.id)} · ${moment(shown.at)}`);
  return el('p.heads', {}, one(left), ' ↔ ', one(right));
}

function facts(left, right, all) {
  const rows = FACTS.filter((name) => left[name] !== right[name] && (all || name !== 'took_ms'));
  if (rows.length === 0) return el('p.hint', {}, say('compare.same_facts'));
  return el('table.compared', {}, el('caption', {}, say('compare.facts')),
    el('tbody', {}, rows.map((name) => el('tr', {}, el('th', { scope: 'row' }, say(`compare.${name}`)),
      el('td.minus', {}, String(left[name] ?? '—')), el('td.plus', {}, String(right[name] ?? '—'))))));
}

function stageOf(stage, left, right, all) {
  const [one, other] = [left.stages[stage], right.stages[stage]];
  if (!one && !other) return null;
  const lines = (message) => (message ? [message.line ?? '', ...fields(message, all)].filter(Boolean) : []);
  const content = (message) => (message?.body?.text ? indented(message.body.text).split('\n') : []);
  return el('section.stage', {}, el('h2', {}, titled(left.plane, stage)),
    lined(say('tab.headers'), difference(lines(one), lines(other))),
    lined(say('tab.body'), difference(content(one), content(other))));
}

// Neither the case of names nor the order of different ones means anything.
function fields(message, all) {
  const shown = message.fields.map((item) => [item.name.toLowerCase(), item.value]).filter(([name]) => all || !PASSING.has(name));
  return shown.sort(([one], [other]) => (one < other ? -1 : Number(one > other))).map(([name, value]) => `${name}: ${value}`);
}

function lined(title, rows) {
  if (rows.length === 0) return null;
  if (rows.every(([sign]) => sign === '=')) return el('p.hint', {}, say('compare.same', { what: title }));
  const shown = rows.map(([sign, left, right], at) => [sign, left ?? right, at])
    .filter(([sign, , at]) => sign !== '=' || rows.slice(Math.max(0, at - 3), at + 4).some(([near]) => near !== '='));
  return el('figure.lines', {}, el('figcaption', {}, title), el('pre', { tabindex: 0 }, shown.map(([sign, text]) =>
    el(`span.${{ '=': 'same', '-': 'minus', '+': 'plus' }[sign]}`, {}, `${sign === '=' ? ' ' : sign} ${text}\n`))));
}
