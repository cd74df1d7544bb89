// JSON as it was written, only indented: no number is rounded, no repeated key is lost.

import { el } from './dom.js';
import { say } from './words.js';

const TOKEN = /\s*(?:("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:]))/y;
const MOST = 20_000;

/** The body, indented and coloured; where it is no JSON, the place is marked. */
export function json(body) {
  const { text } = body;
  const { pieces, stopped } = read(text);
  const note = stopped !== null && body.whole && el('p.cut', { role: 'note' }, say('json.broken', position(text, stopped)));
  const rest = stopped === null ? null : [el('mark.wrong', {}, text.slice(stopped, stopped + 1)), text.slice(stopped + 1)];
  return [note, el('pre.code', { tabindex: 0 }, pieces, rest)];
}

/** The text, indented; what is no JSON stays as it is. */
export function indented(text) {
  const { pieces, stopped } = read(text);
  if (stopped !== null) return text;
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.textContent)).join('');
}

function read(text) {
  const pieces = [];
  const open = [];
  let at = 0;
  let isEmpty = false;
  // What may come next: `value`, `key`, `colon` or `comma`.
  let wanted = 'value';
  TOKEN.lastIndex = 0;
  const line = () => `\n${'  '.repeat(open.length)}`;
  const after = () => { wanted = open.length === 0 ? 'end' : 'comma'; };
  while (pieces.length < MOST) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) break;
    const [, string, number, word, sign] = found;
    const value = string ?? number ?? word;
    if (value !== undefined) {
      const isKey = wanted === 'key' && string !== undefined;
      if (!isKey && wanted !== 'value') break;
      if (isEmpty) pieces.push(line());
      isEmpty = false;
      pieces.push(el(`span.${kind(isKey, string, number)}`, {}, value));
      if (isKey) wanted = 'colon';
      else after();
    } else if (sign === '{' || sign === '[') {
      if (wanted !== 'value') break;
      if (isEmpty) pieces.push(line());
      pieces.push(sign);
      open.push(sign === '{' ? '}' : ']');
      isEmpty = true;
      wanted = sign === '{' ? 'key' : 'value';
    } else if (sign === '}' || sign === ']') {
      if (open.at(-1) !== sign || !(wanted === 'comma' || isEmpty)) break;
      open.pop();
      pieces.push(isEmpty ? sign : line() + sign);
      isEmpty = false;
      after();
    } else if (sign === ',' && wanted === 'comma') {
      pieces.push(',', line());
      wanted = open.at(-1) === '}' ? 'key' : 'value';
    } else if (sign === ':' && wanted === 'colon') {
      pieces.push(': ');
      wanted = 'value';
    } else {
      break;
    }
    at = TOKEN.lastIndex;
  }
  const isWhole = wanted === 'end' && text.slice(at).trim() === '';
  return { pieces, stopped: isWhole ? null : at + /^\s*/.exec(text.slice(at))[0].length };
}

function kind(isKey, string, number) {
  if (isKey) return 'key';
  if (string !== undefined) return 'string';
  return number === undefined ? 'word' : 'number';
}

function position(text, at) {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: lines.at(-1).length + 1 };
}
