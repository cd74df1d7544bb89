// What happened, in one sentence, in the reader's language; and why, where an answer was judged.

import { el, prose } from './dom.js';
import { where } from './findings.js';
import { standIn, told } from './injected.js';
import { knows, say } from './words.js';

/** Of an exchange: the sentence, and the reason of its verdict or null. */
export function sentence(shown) {
  if (shown.running) return [say('told.running', { stage: say(`running.${shown.running.stage}`) }), null];
  const made = standIn(shown);
  const others = shown.injected.filter((fault) => fault !== made).map((fault) => told(fault, shown.plane));
  if (made) return [[before(shown), told(made, shown.plane), ...others].filter(Boolean).join(' '), null];
  return [[plain(shown), ...others].join(' '), reason(shown.finding)];
}

// What is true beside the fault's answer.
function before({ plane, rule, event }) {
  if (plane === 'webhook') return say('told.webhook.unjudged', { event: event ?? '' });
  return plane === 'proxy' && rule ? say('told.allowed', { rule }) : '';
}

function plain(shown) {
  const status = String(shown.status ?? '');
  const names = { rule: shown.rule, status, code: shown.code ?? '', event: shown.event ?? '', app: shown.app ?? '' };
  if (shown.plane === 'webhook') {
    if (shown.status === null && shown.verdict !== 'undelivered') return say('told.webhook.silent', names);
    return say(`told.webhook.${shown.verdict ?? 'sent'}`, names);
  }
  if (shown.imported && !shown.code) return say(shown.status === null ? 'told.imported.silent' : 'told.imported', names);
  if (shown.plane === 'cloud') return say('told.cloud', names);
  if (!shown.code && shown.without_token) return say(shown.removed_token ? 'told.without_token.removed' : 'told.without_token', names);
  if (!shown.code) return say(shown.rule ? 'told.passed' : 'told.passed.bare', names);
  if (shown.removed_token) return `${say('told.refused', names)} ${say('code.token_missing.removed', names)}`;
  return `${say('told.refused', names)} ${because(shown)}`;
}

/** Why it was refused or failed: this time's reason, as the gateway says it, else what its code stands for. */
export const because = ({ code, why }) => why ?? (knows(`code.${code}`) ? say(`code.${code}`) : '');

function reason(finding) {
  if (!finding) return null;
  return el('span.because', {}, where(finding), ': ', el('span', {}, prose(finding.text)),
    finding.source && [' ', el('cite', {}, finding.source)]);
}
