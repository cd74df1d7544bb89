// Bodies of every stage, in the form in which they are best read. What was captured is hostile: it is
// shown as text, as octets, or as a picture of a type that cannot hold script.

import { button, el, fill, select } from './dom.js';
import { bytes, say } from './words.js';
import { copy } from './toast.js';
import { finder } from './finder.js';
import { form, multipart } from './parts.js';
import { hex, octets } from './hex.js';
import { json } from './json.js';
import { stages, titled } from './headers.js';
import { xml } from './xml.js';

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'];

const FORMS = { json, xml, form, multipart, picture, text: plain, hex };
const SEARCHED = new Set(['json', 'xml', 'form', 'text']);

// Signs of a text that are drawn before somebody wants more.
const PIECE = 65_536;

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
  const one = ({ names, body }) => viewer(called(shown.plane, names), body, names.includes('answered') ? shown.findings : []);
  // The request beside its answer.
  const sides = [true, false].map((wanted) => found.filter(({ names }) => isAsked(names[0]) === wanted)).filter((side) => side.length > 0);
  return el(sides.length > 1 ? 'div.bodies.pair' : 'div.bodies', {}, sides.map((side) => el('div.side', {}, side.map(one))));
}

// What arrived as it was sent has one name.
const called = (plane, names) => (names.length === 1 ? titled(plane, names[0])
  : `${say(isAsked(names[0]) ? 'way.request' : 'way.answer')} · ${say('way.untouched')}`);
const isAsked = (stage) => stage === 'asked' || stage === 'passed';

function viewer(title, body, findings) {
  const type = (body.type ?? '').split(';')[0].trim().toLowerCase();
  const fitting = forms(type, body);
  const place = el('div.content');
  const find = finder(place);
  const draw = (name) => {
    fill(place, FORMS[name](body, findings));
    find.renew(SEARCHED.has(name));
  };
  draw(fitting[0]);
  return el('section.body', { 'aria-label': title },
    el('header', {},
      el('h4', {}, title),
      el('span.size', {}, size(body)),
      el('span.group', {},
        fitting.length > 1 && select(fitting.map((name) => [name, say(`form.${name}`)]), fitting[0], draw, { 'aria-label': say('body.form'), class: 'small' }),
        find.node,
        body.text !== null && button(say('act.copy'), () => copy(body.text, say('done.copied')), { class: 'quiet small' }),
        el('a.button.quiet.small', { href: body.href, download: '', title: say('act.download'), 'aria-label': `${say('act.download')}: ${title}` }, '↓'))),
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
  const pre = el('pre', { tabindex: 0 }, body.text.slice(0, PIECE));
  const more = button(say('body.more', { size: bytes(body.text.length - PIECE) }), () => {
    pre.append(body.text.slice(PIECE));
    more.remove();
  }, { class: 'quiet small rest' });
  return body.text.length > PIECE ? [pre, more] : pre;
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
