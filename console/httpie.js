// A request as a command line of HTTPie.

import { isPiped, piped } from './curl.js';
import { word } from './quote.js';

/** `{ text }`, or `{ why }` for what HTTPie has no way to be told: `method` or `field`. */
export function httpie({ method, url, fields, body }) {
  // Any other is taken for the URL.
  if (!/^[A-Z]+$/.test(method)) return { why: 'method' };
  // A backslash before a separator is always HTTPie's own.
  if (fields.some(({ value }) => /\\[:;=@]/.test(value))) return { why: 'field' };
  const fromPipe = body !== null && isPiped(body);
  const options = fromPipe ? [] : ['--ignore-stdin'];
  if (body && !fromPipe) options.push(word(`--raw=${body.text}`));
  // Options stand before everything else: HTTPie takes none in between.
  const start = ['http', ...options, method, word(url)].join(' ');
  const end = fields.some(({ name }) => name.startsWith('-')) ? ['--'] : [];
  const lines = [start, ...end, ...fields.map((field) => word(item(field)))];
  return { text: `${fromPipe ? piped(body) : ''}${lines.join(' \\\n  ')}` };
}

// `name:=…` and `name:@…` would be JSON and the content of a file.
function item({ name, value }) {
  if (value === '') return `${name};`;
  return /^[=@]/.test(value) ? `${name}:\\${value}` : `${name}:${value}`;
}
