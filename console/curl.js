// A request as a command line of curl, which sends it as it was and adds nothing.

import { octets } from './hex.js';
import { word } from './quote.js';

// Linux takes no longer argument than 128 KiB.
const LONGEST = 100 * 1024;
// From this size on curl would ask first whether it may send.
const ASKS_FIRST = 1024 * 1024;

/** `{ text }`. */
export function curl(request) {
  const { fields, body } = request;
  const says = new Set(fields.map((field) => field.name.toLowerCase()));
  const own = ['User-Agent', 'Accept', ...ofBody(request)].filter((name) => !says.has(name.toLowerCase()));
  const lines = [
    start(request),
    ...fields.map(({ name, value }) => `-H ${word(value === '' ? `${name};` : `${name}: ${value}`)}`),
    ...own.map((name) => `-H ${name}:`),
  ];
  if (body) lines.push(isPiped(body) ? '--data-binary @-' : data(body.text));
  else if (isEmptyPost(request)) lines.push("--data-raw ''");
  return { text: `${body && isPiped(body) ? piped(body) : ''}curl ${lines.join(' \\\n  ')}` };
}

/** Whether a body is too long for an argument, or cannot be one. */
export const isPiped = (body) => body.text === null || body.text.includes('\0') || octets(body).length > LONGEST;

/** What comes before a command that reads the body from its standard input. */
export function piped(body) {
  const letters = Array.from(octets(body), (octet) => String.fromCharCode(octet));
  return `printf %s ${btoa(letters.join(''))} | base64 -d | `;
}

function start(request) {
  const { method, url, body } = request;
  const words = [];
  const hasBody = body !== null || isEmptyPost(request);
  if (method === 'HEAD' && !hasBody) words.push('--head');
  else if (method !== (hasBody ? 'POST' : 'GET')) words.push(`-X ${word(method)}`);
  // A range in brackets would be many requests.
  if (/[[\]{}]/.test(url)) words.push('--globoff');
  if (url.includes('/.')) words.push('--path-as-is');
  return [...words, word(url)].join(' ');
}

const isEmptyPost = ({ method, body }) => body === null && ['POST', 'PUT', 'PATCH'].includes(method);

function ofBody(request) {
  const length = request.body ? octets(request.body).length : 0;
  return [
    ...(length > 0 || isEmptyPost(request) ? ['Content-Type'] : []),
    ...(length >= ASKS_FIRST ? ['Expect'] : []),
  ];
}

// A file would be read by the name after an @.
const data = (text) => `${text.startsWith('@') ? '--data-raw' : '--data-binary'} ${word(text)}`;
