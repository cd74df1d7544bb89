// What surrounds every view: navigation, language, theme, the clock.

import { address, keptFilter } from './route.js';
import { read, remove } from './api.js';
import { banner } from './banner.js';
import { button, el, fill } from './dom.js';
import { help } from './keys.js';
import { mark as heldMark } from './hold.js';
import { choice, menu } from './menu.js';
import { settings } from './settings.js';
import { Strip } from './strip.js';
import { language, say } from './words.js';

const THEMES = ['system', 'light', 'dark'];
const VIEWS = ['timeline', 'webhooks', 'world', 'faults', 'rules', 'connect'];

export const main = el('main', { id: 'main', tabindex: -1 });

let surroundings = new AbortController();

/** Builds the page anew, as after a change of the language. */
export function shell(changed) {
  surroundings.abort();
  surroundings = new AbortController();
  const { signal } = surroundings;
  fill(document.body,
    el('a.skip', { href: '#main', on: { click: skip } }, say('shell.skip')),
    el('header.top', {},
      el('a.brand', { href: address('timeline') }, el('img', { src: '/console/icon.svg', alt: '', width: 20, height: 20 }), 'evotor-gateway'),
      el('nav', { 'aria-label': say('shell.views') }, el('ul', {}, VIEWS.map((view) =>
        el('li', {}, el('a', { href: address(view), 'data-view': view, on: { click: (event) => lead(event.currentTarget) } }, say(`view.${view}`)))))),
      heldMark,
      el('div.choices', {}, leaving(), tongues(changed), themes(), button('?', help, { 'aria-label': say('keys.title'), class: 'quiet square' }))),
    banner(signal), new Strip(signal).node,
    main);
}

// Back to the timeline means back to what was looked at.
function lead(link) {
  if (link.dataset.view === 'timeline') link.href = address('timeline', [], { filter: keptFilter() });
}

// Where a token is wanted at all.
function leaving() {
  const node = button(say('session.sign_out'), async () => {
    await remove('/api/session').catch(() => {});
    location.reload();
  }, { class: 'quiet', hidden: true });
  read('/api/session').then(({ token_wanted: isWanted }) => { node.hidden = !isWanted; }, () => {});
  return node;
}

/** Marks the view that is shown. */
export function mark(view) {
  const shown = ['exchange', 'compare', 'errors'].includes(view) ? 'timeline' : view;
  for (const link of document.querySelectorAll('nav a')) {
    lead(link);
    if (link.dataset.view === shown) {
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else {
      link.removeAttribute('aria-current');
    }
  }
  // An exchange names itself when it has come.
  if (view !== 'exchange') entitle(view === 'timeline' ? '' : say(view === 'errors' ? 'errors.title' : `view.${shown}`));
}

/** What the tab of the browser is called. */
export function entitle(title) {
  document.title = title ? `${title} — evotor-gateway` : 'evotor-gateway';
}

function skip(event) {
  event.preventDefault();
  main.focus();
}

function tongues(changed) {
  const one = (tongue, name) => button(tongue.toUpperCase(), () => {
    settings.set('language', tongue);
    changed();
    document.querySelector('.pair [aria-pressed=true]').focus();
  }, { 'aria-pressed': language === tongue, 'aria-label': `${tongue.toUpperCase()} ${name}`, lang: tongue, class: 'quiet' });
  return el('div.pair', { role: 'group', 'aria-label': say('shell.language') }, one('ru', 'Русский'), one('en', 'English'));
}

function themes() {
  const choose = (theme) => () => {
    settings.set('theme', theme);
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  return menu(say('shell.theme'), () => THEMES.map((theme) => choice(say(`theme.${theme}`), settings.get('theme') === theme, choose(theme))),
    { sign: '◐', class: 'quiet square' });
}
