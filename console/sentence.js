// What happened, in one sentence, in the reader's language.

import { say, knows } from './words.js';

/** Of an exchange. */
export function sentence(shown) {
  if (shown.running) return say('told.running', { stage: say(`running.${shown.running.stage}`) });
  const status = String(shown.status ?? '');
  const names = { rule: shown.rule, status, code: shown.code ?? '', event: shown.event ?? '', app: shown.app ?? '' };
  if (shown.plane === 'webhook') {
    if (shown.status === null && shown.verdict !== 'undelivered') return say('told.webhook.silent', names);
    return say(`told.webhook.${shown.verdict ?? 'sent'}`, names);
  }
  if (shown.plane === 'cloud') return say('told.cloud', names);
  if (!shown.code) return say(shown.rule ? 'told.passed' : 'told.passed.bare', names);
  const key = `code.${shown.code}`;
  return `${say('told.refused', names)} ${knows(key) ? say(key, names) : (shown.why ?? '')}`;
}
