// Bodies made of parts: forms, and multipart.

import { el } from './dom.js';
import { octets } from './hex.js';
import { bytes, say } from './words.js';

const MOST = 500;

/** A form of one line, as a table. */
export function form(body) {
  const rows = body.text.split('&').slice(0, MOST).map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [decoded(pair), ''] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))];
  });
  return el('table.fields', {},
    el('thead.unseen', {}, el('tr', {}, el('th', { scope: 'col' }, say('header.name')), el('th', { scope: 'col' }, say('header.value')))),
    el('tbody', {}, rows.map(([name, value]) => el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, value)))));
}

/** Each part with its fields; text is shown, other octets are counted. */
export function multipart(body) {
  const boundary = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(body.type);
  if (!boundary) return el('p.hint', {}, say('parts.no_boundary'));
  // One character for each octet, so that nothing is lost at a boundary.
  const text = latin(octets(body));
  const pieces = text.split(`--${boundary[1] ?? boundary[2]}`).slice(1, MOST);
  const whole = pieces.filter((piece) => !piece.startsWith('--'));
  return el('ol.parts', {}, whole.map((piece) => el('li', {}, part(piece.replace(/^\r?\n/, '').replace(/\r?\n$/, '')))));
}

function part(piece) {
  const gap = /\r?\n\r?\n/.exec(piece);
  const head = gap ? piece.slice(0, gap.index) : piece;
  const content = gap ? piece.slice(gap.index + gap[0].length) : '';
  const data = Uint8Array.from(content, (sign) => sign.charCodeAt(0));
  const isText = !/content-type:\s*(?:image|audio|video|application\/(?:octet|pdf|zip))/i.test(head);
  return [
    el('pre.head', {}, new TextDecoder().decode(Uint8Array.from(head, (sign) => sign.charCodeAt(0)))),
    isText ? el('pre', { tabindex: 0 }, new TextDecoder().decode(data)) : el('p.hint', {}, bytes(data.length)),
  ];
}

function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function latin(data) {
  let text = '';
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return text;
}
