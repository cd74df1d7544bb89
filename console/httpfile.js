// A request as editors keep it in `.http` files. Editors find variables, scripts and files in such a
// text, and no two of them the same; so only what none of them can take for its own is written.

import { isHidden, word } from './quote.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']);
const NAME = /^[A-Za-z0-9_]/;
const TEMPLATE = /\{\{|\}\}|\{%|%\}/;

/** `{ text }`, or `{ why }`: `method` or `field`. */
export function httpfile({ id, method, url, fields, body }) {
  if (!METHODS.has(method)) return { why: 'method' };
  const isPlain = ({ name, value }) => NAME.test(name) && !TEMPLATE.test(value) && !isHidden(value.replaceAll('\t', ''));
  if (!fields.every(isPlain)) return { why: 'field' };
  const lines = [`### exchange ${id}`];
  const isInline = body !== null && body.text !== null && isData(body.text);
  if (body && !isInline) lines.push(...besides(id, body));
  lines.push(`${method} ${url.replaceAll('{', '%7B').replaceAll('}', '%7D')} HTTP/1.1`);
  lines.push(...fields.map(({ name, value }) => `${name}: ${value}`));
  if (body) lines.push('', isInline ? body.text.replace(/\n+$/, '') : `< ./exchange-${id}.bin`);
  return { text: `${lines.join('\n')}\n\n` };
}

function besides(id, body) {
  const why = body.text === null ? [] : ['# An editor could run parts of this body, so it comes from a file:'];
  return [...why, `# curl -o exchange-${id}.bin ${word(`${location.origin}${body.href}`)}`];
}

// What begins a line of data: letters, digits, the signs of JSON and forms, a tag.
const BEGINNING = /^(?:[A-Za-z0-9_"'{}[\](),.:+-]|[^\0-\u00bf]|<[A-Za-z/?!])/;
const REQUEST = /^(?:(?:run|import|[A-Z]{2,})[ \t]|HTTP\/|https?:\/\/)/;

function isData(text) {
  if (TEMPLATE.test(text) || isHidden(text.replace(/[\n\t]/g, ''))) return false;
  const lines = text.split('\n').map((line) => line.replace(/^[ \t]+/, ''));
  return lines.every((line) => line === '' || (BEGINNING.test(line) && !REQUEST.test(line)));
}
