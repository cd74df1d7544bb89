// What was made on purpose is told as such: a fault's answer is not the partner's.

import { duration, say } from './words.js';

const REPLACED = new Set(['empty', 'garbage', 'content_type']);

/** The fault whose doing the caller got in place of the receiver's answer, if one did that. */
export function standIn(row) {
  const isLate = row.code === 'partner_timeout';
  return row.injected.find(({ kind, side, hold }) => kind === 'status' || kind === 'reset' || kind === 'stub'
    || hold?.end === 'dropped' || (hold?.end === 'edited' && side === 'answer')
    || (side === 'answer' && REPLACED.has(kind))
    || (isLate && (kind === 'delay' || kind === 'drip'))) ?? null;
}

/** What a fault did, as a sentence. */
export function told(fault, plane) {
  const { id, value, raw, hold } = fault;
  if (fault.kind === 'stub') return say('injected.stub', { id, value });
  if (hold) return say(`injected.hold.${hold.end}`, { id, side: say(`faults.side.${fault.side}`), time: duration(hold.ms), edited: hold.edited.join(', ') });
  return say(key(fault, plane, raw), { id, value });
}

/** The same in two words: `f1: status 503`. */
export function brief(fault) {
  if (fault.hold) return `${fault.id}: ${say(`hold.${fault.hold.end}`)}`;
  if (fault.kind === 'status' || fault.kind === 'stub') return `${fault.id}: ${say('row.status', { status: fault.value })}`;
  return [`${fault.id}:`, say(`faults.kind.${fault.kind}`), fault.value].filter(Boolean).join(' ');
}

function key({ kind, side, value }, plane, raw) {
  if (kind === 'status') return plane === 'cloud' ? 'injected.status.cloud' : 'injected.status';
  const what = raw ? `${kind}_raw` : kind;
  return `injected.${what}.${side}${kind === 'reset' && value ? '_after' : ''}`;
}
