// What the chips of the status say: in a word, and as a sentence in the reader's language.

import { el, prose } from './dom.js';
import { duration, knows, moment, say, stamp } from './words.js';

const SIGNS = new Map(Object.entries({ ok: '✓', unknown: '○', note: '●', warn: '!', fail: '✕' }));
const WORSE = ['ok', 'unknown', 'note', 'warn', 'fail'];
const DAY = 86_400_000;

/** The sign of a state, which its name goes with for who does not see it. */
export const sign = (state) => [
  el('span.sign', { 'aria-hidden': 'true' }, SIGNS.get(state) ?? ''), el('span.unseen', {}, `${say(`health.${state}`)}:`)];

/** The worst state of chips. */
export const worst = (chips) => chips.reduce((found, { state }) => (WORSE.indexOf(state) > WORSE.indexOf(found) ? state : found), 'ok');

/** The sentence. */
export function sentence(chip) {
  const key = `status.${chip.code}`;
  return knows(key) ? [prose(say(key, values(chip.params))), more(chip)] : el('span', {}, prose(chip.text));
}

/** What stands on the chip of a group beside its name. */
export function brief(name, chips) {
  if (name === 'webhook') return verdicts(chips);
  const [chip] = chips.filter(({ state }) => state === worst(chips));
  const key = `brief.${chip.code}`;
  const text = knows(key) ? say(key, values(chip.params)) : '';
  const others = chips.length - 1;
  return others > 0 && name !== 'configuration' ? `${text} +${others}` : text;
}

// How many of the events' latest answers were as they should be.
function verdicts(chips) {
  const sent = chips.filter(({ params }) => params.delivery);
  if (sent.length === 0) return say('brief.webhook_none');
  return say('brief.webhook_fine', { n: sent.filter(({ state }) => state === 'ok').length, of: sent.length });
}

// What only the gateway knows to say.
function more({ params }) {
  const said = [params.message, params.help, params.why, params.finding].filter(Boolean);
  return [said.map((text, place) => [place > 0 ? ' · ' : ' ', el('span', {}, prose(text))]), params.shown && el('pre', { tabindex: 0 }, params.shown)];
}

// Durations and moments as people read them.
function values(params) {
  const shown = {};
  for (const [name, value] of Object.entries(params)) {
    if (value === null) continue;
    if (name.endsWith('_ms')) shown[name.slice(0, -3)] = duration(name === 'took_ms' ? value : rounded(value));
    else if (name === 'at') shown.at = Date.now() - new Date(value) < DAY ? moment(value).slice(0, 8) : stamp(value);
    else shown[name] = name === 'line' || name === 'column' || name === 'status' ? String(value) : value;
  }
  return shown;
}

const rounded = (ms) => (ms < 1000 ? Math.round(ms / 100) * 100 : Math.round(ms / 1000) * 1000);
