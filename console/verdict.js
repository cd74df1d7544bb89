// Whether the answer kept the contract, and why a URL was allowed or refused.

import { button, el, prose } from './dom.js';
import { copy } from './toast.js';
import { mark, table } from './findings.js';
import { standIn } from './injected.js';
import { say } from './words.js';

/** The tab of the verdict. */
export function verdict(shown) {
  const { findings } = shown;
  return [
    el('p.judgement', {}, shown.verdict ? mark(shown.verdict) : say(standIn(shown) ? 'verdict.made' : 'verdict.none')),
    findings.length > 0 && table(findings),
    rules(shown.explanation, shown.url),
  ];
}

/** Above the columns, where a request was refused for its URL. */
export function explanation(shown) {
  const found = shown.explanation;
  if (!found || shown.code !== 'url_not_allowed') return null;
  return el('section.explained', { 'aria-labelledby': 'explained-title' },
    el('h3', { id: 'explained-title' }, say('explain.title')),
    nearest(found, shown.url),
    rules(found, shown.url),
    found.suggestion && el('div.suggestion', {}, el('span', {}, say('explain.suggestion')), ' ',
      el('code', {}, asRule(found.suggestion)), ' ',
      button(say('act.copy_rule'), () => copy(asRule(found.suggestion), say('done.rule')))));
}

/** Each rule with the place where it stopped. */
export function rules(found, url) {
  if (!found || found.rules.length === 0) return null;
  return el('ol.rules', {}, found.rules.map((rule) => el(rule.matches ? 'li.good' : 'li.bad', { value: rule.number },
    el('p', {}, el('span.mark', {}, rule.matches ? `✓ ${say('explain.matches')}` : `✕ ${say('explain.stops')}`), ' ', el('code', {}, rule.pattern)),
    !rule.matches && stopped(url, rule.stops_at))));
}

function stopped(url, at) {
  if (at === null || at === undefined) return null;
  const signs = Array.from(url);
  const rest = signs.slice(at).join('');
  return el('p.stopped', {},
    el('span.matched', {}, signs.slice(0, at).join('')),
    el('span.caret', { 'aria-hidden': 'true' }, '▸'),
    el('span.rest', {}, rest || say('explain.end')),
    el('span.unseen', {}, say('explain.at', { n: at + 1, rest: rest || say('explain.end') })));
}

// In the reader's language where a rule can be named, else as the gateway says it.
function nearest(found, url) {
  const [best] = found.rules.toSorted((one, other) => other.stops_at - one.stops_at);
  if (!best) return el('p', {}, prose(found.sentence));
  const signs = Array.from(url);
  const [head, rest] = [signs.slice(0, best.stops_at).join(''), signs.slice(best.stops_at).join('')];
  return el('p', {}, say('explain.nearest', { rule: String(best.number), head, rest: rest || say('explain.end') }));
}

// Beside control characters: what is not seen, breaks a line or turns the direction of writing.
const HIDDEN = /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

// As one line of `allow:` in gateway.yaml, whose texts in double quotes are written as those of JSON.
const asRule = (pattern) => (HIDDEN.test(pattern) ? `- ${JSON.stringify(pattern)}` : `- '${pattern.replaceAll("'", "''")}'`);
