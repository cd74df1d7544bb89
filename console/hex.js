// Octets.

import { el } from './dom.js';
import { say } from './words.js';

const MOST = 16_384;
const WIDTH = 16;

/** The kept octets of a body. */
export function octets(body) {
  if (body.base64 !== null && body.base64 !== undefined) {
    return Uint8Array.from(atob(body.base64), (sign) => sign.charCodeAt(0));
  }
  return new TextEncoder().encode(body.text ?? '');
}

/** The first octets of a body, sixteen in a line. */
export function hex(body) {
  const all = octets(body);
  const data = all.subarray(0, MOST);
  const lines = [];
  for (let at = 0; at < data.length; at += WIDTH) lines.push(line(data.subarray(at, at + WIDTH), at));
  return [
    el('pre.hex', { tabindex: 0 }, lines.join('\n')),
    all.length > MOST && el('p.hint', {}, say('hex.cut', { n: MOST })),
  ];
}

function line(data, at) {
  const numbers = Array.from(data, (octet) => octet.toString(16).padStart(2, '0'));
  const left = numbers.slice(0, 8).join(' ').padEnd(23);
  const right = numbers.slice(8).join(' ').padEnd(23);
  const signs = Array.from(data, (octet) => (octet >= 32 && octet < 127 ? String.fromCharCode(octet) : '.')).join('');
  return `${at.toString(16).padStart(6, '0')}  ${left}  ${right}  ${signs}`;
}
