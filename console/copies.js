// A request as a command line, or as a file of an editor. What was captured stays data in all of them:
// what a form cannot hold so is not written in it.

import { curl } from './curl.js';
import { httpfile } from './httpfile.js';
import { httpie } from './httpie.js';
import { isHidden } from './quote.js';

/** The forms, in the order of their buttons. */
export const KINDS = ['curl', 'httpie', 'http'];

/**
 * `{ text, isMasked, isCut }`: the request in one of `KINDS`, whether secrets in it are masked, and
 * whether its body is only the beginning. Where it cannot be written so, `{ why }`: `missing`, `method`,
 * `url` or `field`.
 */
export function copies(exchange, kind) {
  const message = exchange.stages.asked ?? exchange.stages.passed;
  if (!message) return { why: 'missing' };
  const request = outgoing(exchange, message);
  const why = unfit(request);
  if (why) return { why };
  const made = FORMS.get(kind)(request);
  if (made.why) return made;
  return { ...made, isMasked: request.fields.some((field) => field.masked), isCut: isCut(request.body) };
}

const FORMS = new Map([['curl', curl], ['httpie', httpie], ['http', httpfile]]);

// A client writes these itself.
const OWN = new Set(['content-length', 'connection', 'transfer-encoding', 'proxy-connection', 'accept-encoding']);

function outgoing({ id, method, url }, message) {
  const body = message.body?.kept > 0 ? message.body : null;
  const host = /^https?:\/\/([^/?]*)/i.exec(url)?.[1];
  const isLeftOut = (name, value) => OWN.has(name)
    || (name === 'host' && value === host)
    || (name === 'content-encoding' && body !== null && body.text !== null);
  const fields = message.fields.filter((field) => !isLeftOut(field.name.toLowerCase(), field.value));
  return { id, method, url, fields, body };
}

const isCut = (body) => body !== null && (body.kept < body.bytes || Boolean(body.text_cut));

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const URL_OF_HTTP = /^https?:\/\/\S+$/i;

function unfit({ method, url, fields }) {
  if (!TOKEN.test(method)) return 'method';
  if (!URL_OF_HTTP.test(url) || isHidden(url)) return 'url';
  const isOne = ({ name, value }) => TOKEN.test(name) && !/[\r\n\0]/.test(value);
  return fields.every(isOne) ? null : 'field';
}
