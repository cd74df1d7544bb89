// What surrounds every view: navigation, language, theme, the clock.

import { address, keptFilter } from './route.js';
import { read } from './api.js';
import { button, el, fill } from './dom.js';
import { help } from './keys.js';
import { mark as heldMark } from './hold.js';
import { settings } from './settings.js';
import { language, say } from './words.js';

const VIEWS = ['timeline', 'webhooks', 'world', 'faults', 'rules', 'connect'];

export const main = el('main', { id: 'main', tabindex: -1 });

/** Builds the page anew, as after a change of the language. */
export function shell(changed) {
  fill(document.body,
    el('a.skip', { href: '#main', on: { click: skip } }, say('shell.skip')),
    el('header.top', {},
      el('a.brand', { href: address('timeline') }, el('img', { src: '/console/icon.svg', alt: '', width: 20, height: 20 }), 'evotor-gateway'),
      el('nav', { 'aria-label': say('shell.views') }, el('ul', {}, VIEWS.map((view) =>
        el('li', {}, el('a', { href: address(view), 'data-view': view, on: { click: (event) => lead(event.currentTarget) } }, say(`view.${view}`)))))),
      heldMark, chip,
      el('div.choices', {}, tongues(changed), themes(), button('?', help, { 'aria-label': say('keys.title'), class: 'quiet square' }))),
    main);
}

// Back to the timeline means back to what was looked at.
function lead(link) {
  if (link.dataset.view === 'timeline') link.href = address('timeline', [], { filter: keptFilter() });
}

const chip = el('a.chip', { href: address('faults'), hidden: true });

/** Says on every view that something goes wrong on purpose. */
export async function warnOfFaults() {
  const known = await read('/api/faults').catch(() => null);
  if (!known) return;
  chip.hidden = known.faults.length === 0;
  fill(chip, `✳ ${say('faults.active', { n: known.faults.length })}`);
}

/** Marks the view that is shown. */
export function mark(view) {
  const shown = view === 'exchange' || view === 'compare' ? 'timeline' : view;
  for (const link of document.querySelectorAll('nav a')) {
    lead(link);
    if (link.dataset.view === shown) {
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else {
      link.removeAttribute('aria-current');
    }
  }
  const title = view === 'timeline' ? '' : `${say(`view.${shown}`)} — `;
  document.title = `${title}evotor-gateway`;
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
  }, { 'aria-pressed': language === tongue, 'aria-label': name, lang: tongue, class: 'quiet' });
  return el('div.pair', { role: 'group', 'aria-label': say('shell.language') }, one('ru', 'Русский'), one('en', 'English'));
}

function themes() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => {
    const theme = settings.get('theme');
    return theme === 'system' ? dark.matches : theme === 'dark';
  };
  const node = button('◐', () => {
    const theme = isDark() ? 'light' : 'dark';
    settings.set('theme', theme);
    document.documentElement.dataset.theme = theme;
    node.setAttribute('aria-pressed', isDark());
  }, { 'aria-label': say('shell.dark'), 'aria-pressed': isDark(), class: 'quiet square' });
  return node;
}
