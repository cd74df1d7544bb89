// The gateway's own API. What it refuses arrives as a Problem.

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

async function call(method, path, body, signal) {
  const answer = await answered(method, path, body, signal);
  const type = answer.headers.get('content-type') ?? '';
  const document = type.includes('json') ? await answer.json() : { detail: await answer.text() };
  // The session has ended: asked for anew, the page asks for the token.
  if (!answer.ok && document.code === 'token_wanted') location.reload();
  if (!answer.ok) throw new Problem(answer.status, document);
  return answer.status === 204 ? null : document;
}

async function answered(method, path, body, signal) {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  try {
    const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
    return await fetch(path, { method, headers, body: content, signal });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, { code: 'gateway_gone', detail: error.message });
  }
}
