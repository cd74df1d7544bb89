// What the form of an app has beside plain fields: where requests go, and what authorises.
// Each part is `{node, wish()}`; a wish of undefined leaves what is there.

import { el, field, select } from './dom.js';
import { say } from './words.js';

/** Where requests go: a line each, what the app calls and where it is led. */
export function upstreams(was = {}) {
  const text = Object.entries(was).map(([from, to]) => `${from} ${to.url}`).join('\n');
  const input = el('textarea', { rows: 3, spellcheck: 'false', value: text, placeholder: 'https://api.my.ru http://localhost:9000' });
  return { node: field(say('entry.upstreams'), input, say('entry.upstreams.hint')), wish: () => led(input.value, was) };
}

// An upstream is replaced whole: what else it says stays beside its new address.
function led(text, was) {
  const wish = {};
  for (const line of text.split('\n').map((one) => one.trim()).filter(Boolean)) {
    const [from, to, ...more] = line.split(/\s*(?:→|->|=>)\s*|\s+/);
    if (!to || more.length > 0) throw new Error(say('entry.upstreams.wrong', { line }));
    wish[from] = { ...was[from], url: to };
  }
  for (const from of Object.keys(was)) wish[from] ??= null;
  const changed = Object.entries(wish).filter(([from, to]) => to?.url !== was[from]?.url);
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
}

/** What stands in Authorization of the app's requests. */
export function authorization(was) {
  const held = typeof was === 'string' ? null : was?.masked;
  const own = credential([['user_token', say('auth.user_token')], ...kept(held)], held ? 'kept' : 'user_token');
  return { node: group(say('entry.authorization'), own.nodes), wish: () => (own.kind() === 'user_token' ? (held ? 'user_token' : undefined) : own.wish()) };
}

/** Where webhooks go, and what authorises them in the app's own name. A new app gets a token made up. */
export function webhooks(was, isNew) {
  const url = el('input', { type: 'text', spellcheck: 'false', value: was?.url ?? '', placeholder: 'http://localhost:9000' });
  const held = was?.auth?.masked;
  const own = credential([['none', say('auth.none')], ...kept(held)], held ? 'kept' : isNew ? 'bearer' : 'none', isNew ? made() : '');
  const auth = () => (own.kind() === 'none' ? (held ? null : undefined) : own.wish());
  const wish = () => {
    const text = url.value.trim();
    if (!text) return was ? null : undefined;
    const wish = {};
    if (text !== was?.url) wish.url = text;
    if (auth() !== undefined) wish.auth = auth();
    return Object.keys(wish).length > 0 ? wish : undefined;
  };
  return { node: group(say('world.webhooks'), field(say('entry.webhooks'), url, say('entry.webhooks.hint')), own.nodes), wish };
}

/** The proxy's version with what belongs to the first one alone. */
export function proxy(was = {}) {
  const version = select([['v2', 'v2'], ['v1', 'v1']], was.proxy || 'v2', () => draw());
  const envelope = select(['wrap', 'require', 'unwrap'].map((one) => [one, `${one}: ${say(`envelope.${one}`)}`]), was.envelope || 'wrap');
  const base = el('input', { type: 'text', spellcheck: 'false', value: was.base_url ?? '', placeholder: 'https://api.my.ru/v1' });
  const older = el('div.stack', {}, field(say('entry.envelope'), envelope, say('entry.envelope.hint')), field(say('entry.base_url'), base, say('entry.base_url.hint')));
  const draw = () => { older.hidden = version.value !== 'v1'; };
  draw();
  const wish = () => {
    const isOld = version.value === 'v1';
    const now = { proxy: version.value, envelope: isOld ? envelope.value : null, base_url: (isOld && base.value.trim()) || null };
    if (!now.base_url && was.allow_origins) now.allow_origins = null;
    return Object.fromEntries(Object.entries(now).filter(([key, value]) => value !== (was[key] ?? null)));
  };
  return { node: el('div.stack', {}, field(say('entry.proxy'), version), older), wish };
}

const kept = (masked) => (masked ? [['kept', say('auth.kept', { masked })]] : []);

// A way to authorise. A secret is written and never read back.
function credential(more, chosen, given = '') {
  const secret = el('input', { type: given ? 'text' : 'password', autocomplete: 'off', spellcheck: 'false', value: given });
  const login = el('input', { type: 'text', autocomplete: 'off', spellcheck: 'false' });
  const password = el('input', { type: 'password', autocomplete: 'new-password' });
  const one = field(say('auth.secret'), secret);
  const two = el('div.line', {}, field(say('auth.login'), login), field(say('auth.password'), password));
  const ways = [...more, ['bearer', 'Bearer'], ['raw', say('auth.raw')], ['basic', 'Basic']];
  const kind = select(ways, chosen, () => draw());
  const draw = () => {
    one.hidden = !['bearer', 'raw'].includes(kind.value);
    two.hidden = kind.value !== 'basic';
  };
  draw();
  const wish = () => {
    if (kind.value === 'basic') return { basic: { login: login.value, password: password.value } };
    return ['bearer', 'raw'].includes(kind.value) ? { [kind.value]: secret.value.trim() } : undefined;
  };
  return { nodes: [field(say('auth.way'), kind), one, two], kind: () => kind.value, wish };
}

function group(legend, ...nodes) {
  return el('fieldset.stack', {}, el('legend', {}, legend), nodes);
}

function made() {
  const words = crypto.getRandomValues(new Uint32Array(4));
  return [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
}
