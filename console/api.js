// The gateway's own API. What it refuses arrives as a Problem.

import { connection } from './connection.js';
import { language, say } from './words.js';

/** A problem document, or the reason why there is no answer at all. */
export class Problem extends Error {
  constructor(status, document) {
    super(document.detail || document.title || `HTTP ${status}`);
    this.status = status;
    this.code = document.code;
    this.hint = document.hint;
    this.at = document.at;
    this.length = document.length;
    this.errors = document.errors;
    this.dependents = document.dependents;
  }
}

/** GET. What is null or empty in the query is left out. */
export function read(path, query = {}, { signal } = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const text = new URLSearchParams(kept).toString();
  return call('GET', text ? `${path}?${text}` : path, undefined, signal);
}

export const post = (path, body = {}) => call('POST', path, body);
export const put = (path, body) => call('PUT', path, body);
export const patch = (path, body) => call('PATCH', path, body);
/** POST of a file as it is. */
export const send = (path, file) => call('POST', path, file);
export const remove = (path) => call('DELETE', path);

/** Dispatches `changed` after each call that may have changed something. */
export const calls = new EventTarget();

async function call(method, path, body, signal) {
  const answer = await answered(method, path, body, signal);
  const type = answer.headers.get('content-type') ?? '';
  const document = await whole(() => (type.includes('json') ? answer.json() : answer.text().then((detail) => ({ detail }))));
  const isEnded = !answer.ok && document.code === 'token_wanted';
  connection.answered({ isEnded });
  if (isEnded) throw new Problem(answer.status, { code: document.code, detail: say('connection.ended') });
  if (!answer.ok) throw new Problem(answer.status, document);
  if (method !== 'GET') calls.dispatchEvent(new Event('changed'));
  return answer.status === 204 ? null : document;
}

async function answered(method, path, body, signal) {
  const headers = { 'Accept-Language': language, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
  const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  return whole(() => fetch(path, { method, headers, body: content, signal }));
}

// What the browser says of a connection that fails is in its own words.
async function whole(get) {
  try {
    return await get();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    connection.failed();
    throw new Problem(0, { code: 'gateway_gone', detail: say('trouble.gone'), hint: say('trouble.gone.remedy') });
  }
}
