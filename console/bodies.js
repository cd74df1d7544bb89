// Bodies of every stage, in the form in which they are best read. What was captured is hostile: it is
// shown as text, as octets, or as a picture of a type that cannot hold script.

import { button, el, fill, select } from './dom.js';
import { bytes, say } from './words.js';
import { copy } from './toast.js';
import { form, multipart } from './parts.js';
import { hex, octets } from './hex.js';
import { json } from './json.js';
import { stages, titled } from './headers.js';
import { xml } from './xml.js';

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'];

const FORMS = { json, xml, form, multipart, picture, text: plain, hex };

/** The tab of the bodies. Stages that carry the same octets are shown once. */
export function bodies(shown) {
  const found = [];
  for (const [name, message] of stages(shown)) {
    if (!message.body || message.body.bytes === 0) continue;
    const same = found.find((one) => one.body.sha256 && one.body.sha256 === message.body.sha256 && isAsked(one.names[0]) === isAsked(name));
    if (same) same.names.push(name);
    else found.push({ names: [name], body: message.body });
  }
  if (found.length === 0) return el('p.hint', {}, say('body.none'));
  return found.map(({ names, body }) => viewer(names.map((name) => titled(shown.plane, name)).join(' = '), body,
    names.includes('answered') ? shown.findings : []));
}

const isAsked = (stage) => stage === 'asked' || stage === 'passed';

function viewer(title, body, findings) {
  const type = (body.type ?? '').split(';')[0].trim().toLowerCase();
  const fitting = forms(type, body);
  const place = el('div.content');
  const draw = (name) => fill(place, FORMS[name](body, findings));
  draw(fitting[0]);
  return el('section.body', {},
    el('header', {},
      el('h4', {}, title),
      el('span.size', {}, size(body)),
      el('span.group', {},
        fitting.length > 1 && select(fitting.map((name) => [name, say(`form.${name}`)]), fitting[0], draw, { 'aria-label': say('body.form') }),
        body.text !== null && button(say('act.copy'), () => copy(body.text, say('done.copied')), { class: 'quiet' }),
        el('a.button.quiet', { href: body.href, download: '' }, say('act.download')))),
    !body.whole && el('p.cut', {}, say('body.cut', { kept: bytes(body.kept), whole: bytes(body.bytes), hash: body.sha256?.slice(0, 16) ?? '—' })),
    body.text_cut && el('p.cut', { role: 'note' }, say('body.text_cut', { size: bytes(body.text.length) })),
    place);
}

function forms(type, body) {
  const made = [];
  if (PICTURES.includes(type)) made.push('picture');
  if (type.startsWith('multipart/')) made.push('multipart');
  if (body.text !== null) {
    const start = body.text.trimStart().slice(0, 1);
    if (type.includes('json') || start === '{' || start === '[') made.push('json');
    else if (type.includes('xml') || type.includes('html') || start === '<') made.push('xml');
    if (type === 'application/x-www-form-urlencoded') made.push('form');
    made.push('text');
  }
  made.push('hex');
  return made;
}

function size(body) {
  return [bytes(body.bytes), body.type, body.encoding].filter(Boolean).join(' · ');
}

function plain(body) {
  return el('pre', { tabindex: 0 }, body.text);
}

// The type is one of ours, whatever the answer called itself.
function picture(body) {
  const type = PICTURES.find((one) => body.type.toLowerCase().startsWith(one));
  const held = octets(body);
  const place = el('div.picture');
  const url = URL.createObjectURL(new Blob([held], { type }));
  const done = () => URL.revokeObjectURL(url);
  const image = el('img', { src: url, alt: say('body.picture', { type }), on: {
    load: () => { done(); place.append(el('p.hint', {}, `${image.naturalWidth} × ${image.naturalHeight}`)); },
    error: () => { done(); fill(place, el('p.hint', {}, say('body.no_picture')), hex(body)); },
  } });
  place.append(image);
  return place;
}
