// Two exchanges side by side: their facts, the fields and the bodies of each stage.

import { address, go, keptFilter } from './route.js';
import { difference } from './difference.js';
import { button, el, field, fill } from './dom.js';
import { indented } from './jsontree.js';
import { read } from './api.js';
import { moment, say } from './words.js';
import { titled } from './headers.js';

const STAGES = ['asked', 'passed', 'answered', 'returned'];
const FACTS = ['method', 'url', 'status', 'code', 'rule', 'app', 'device_name', 'took_ms', 'verdict'];

/** The view. */
export class Compare {
  constructor() {
    this.result = el('div');
    this.left = el('input', { type: 'text', inputmode: 'numeric', required: true });
    this.right = el('input', { type: 'text', inputmode: 'numeric', required: true });
    const submit = (event) => {
      event.preventDefault();
      const parts = [this.left.value, this.right.value].map((text) => text.replace(/\D/g, ''));
      if (parts.every(Boolean)) go(address('compare', parts));
    };
    this.node = el('div.page', {},
      el('h1', {}, say('compare.title')),
      el('form.inline', { on: { submit } }, field(say('compare.left'), this.left), field(say('compare.right'), this.right),
        el('button.primary', { type: 'submit' }, say('act.compare')),
        button(say('compare.swap'), () => go(address('compare', [this.right.value, this.left.value])))),
      this.result);
  }

  visit(at) {
    [this.left.value, this.right.value] = [at.parts[0] ?? '', at.parts[1] ?? ''];
    if (at.parts[1]) this.#load(at.parts);
    else this.#suggest(at.parts[0]);
    return true;
  }

  close() {}

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
        el('a', { href: address('compare', [id, other.id]) }, `#${other.id} ${moment(other.at)} ${other.method} ${other.path} ${other.status ?? '—'}`)))));
    } catch (error) {
      fill(this.result, el('p.trouble', { role: 'alert' }, error.message));
    }
  }

  async #load(ids) {
    try {
      const [left, right] = await Promise.all(ids.map((id) => read(`/api/exchanges/${id}`)));
      fill(this.result, head(left, right), facts(left, right), STAGES.map((stage) => stageOf(stage, left, right)));
    } catch (error) {
      fill(this.result, el('p.trouble', { role: 'alert' }, error.message));
    }
  }
}

function head(left, right) {
  const one = (shown) => el('a', { href: address('exchange', [shown.id], { filter: keptFilter() }) }, `#${shown.id} · ${moment(shown.at)}`);
  return el('p.heads', {}, one(left), ' ↔ ', one(right));
}

function facts(left, right) {
  const rows = FACTS.filter((name) => left[name] !== right[name]);
  if (rows.length === 0) return el('p.hint', {}, say('compare.same_facts'));
  return el('table.compared', {}, el('caption', {}, say('compare.facts')),
    el('tbody', {}, rows.map((name) => el('tr', {}, el('th', { scope: 'row' }, say(`compare.${name}`)),
      el('td.minus', {}, String(left[name] ?? '—')), el('td.plus', {}, String(right[name] ?? '—'))))));
}

function stageOf(stage, left, right) {
  const [one, other] = [left.stages[stage], right.stages[stage]];
  if (!one && !other) return null;
  const lines = (message) => (message ? [message.line ?? '', ...message.fields.map((item) => `${item.name}: ${item.value}`)].filter(Boolean) : []);
  const content = (message) => (message?.body?.text ? indented(message.body.text).split('\n') : []);
  return el('section.stage', {}, el('h2', {}, titled(left.plane, stage)),
    lined(say('tab.headers'), difference(lines(one), lines(other))),
    lined(say('tab.body'), difference(content(one), content(other))));
}

function lined(title, rows) {
  if (rows.length === 0) return null;
  if (rows.every(([sign]) => sign === '=')) return el('p.hint', {}, say('compare.same', { what: title }));
  const shown = rows.map(([sign, left, right], at) => [sign, left ?? right, at])
    .filter(([sign, , at]) => sign !== '=' || rows.slice(Math.max(0, at - 3), at + 4).some(([near]) => near !== '='));
  return el('figure.lines', {}, el('figcaption', {}, title), el('pre', { tabindex: 0 }, shown.map(([sign, text]) =>
    el(`span.${{ '=': 'same', '-': 'minus', '+': 'plus' }[sign]}`, {}, `${sign === '=' ? ' ' : sign} ${text}\n`))));
}
