// What is done more rarely, behind one button. The keys are those of a menu in the ARIA practices.

import { el, fill, unique } from './dom.js';

/**
 * A button that opens a menu; `items()` makes its elements anew each time, and what is false is left out. The
 * button shows a `sign`.
 */
export function menu(label, items, { sign = '⋯', ...attributes } = {}) {
  const id = unique('menu');
  const list = el('div.menu', { id, role: 'menu', 'aria-label': label, hidden: true, on: { keydown: (event) => steer(event) } }, items());
  const opener = el('button.square', {
    ...attributes, type: 'button', 'aria-label': label, 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': id,
    on: { click: () => (list.hidden ? open() : shut()), keydown: (event) => event.key === 'ArrowDown' && list.hidden && (event.preventDefault(), open()) },
  }, sign);
  const node = el('span.more', {}, opener, list);
  const all = () => [...list.querySelectorAll('[role^=menuitem]:not(:disabled)')];
  const outside = (event) => { if (!node.contains(event.target)) shut({ isLeft: true }); };

  function open() {
    fill(list, items());
    list.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    all()[0]?.focus();
  }

  function shut({ isLeft = false } = {}) {
    if (list.hidden) return;
    list.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside);
    document.removeEventListener('focusin', outside);
    if (!isLeft) opener.focus();
  }

  function steer(event) {
    const items = all();
    const at = items.indexOf(document.activeElement);
    const to = new Map([
      ['ArrowDown', at + 1], ['ArrowUp', at - 1 + items.length], ['Home', 0], ['End', items.length - 1],
    ]).get(event.key);
    if (event.key === 'Escape' || event.key === 'Tab') shut({ isLeft: event.key === 'Tab' });
    else if (to !== undefined) items[to % items.length]?.focus();
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    // Escape closes the menu alone.
    event.stopPropagation();
  }

  // Chosen, it closes first: what is done may move the focus.
  list.addEventListener('click', (event) => event.target.closest('[role^=menuitem]:not(:disabled)') && shut(), { capture: true });
  return node;
}

/** An item that does something here. */
export const item = (label, click, attributes = {}) =>
  el('button', { type: 'button', role: 'menuitem', tabindex: -1, ...attributes, on: { click } }, label);

/** An item of which one is chosen. */
export const choice = (label, isChosen, click) => item([el('span.sign', { 'aria-hidden': 'true' }, isChosen ? '✓' : ''), label], click, { role: 'menuitemradio', 'aria-checked': isChosen });

/** An item with an address. */
export const link = (label, href) => el('a', { role: 'menuitem', tabindex: -1, href }, label);

/** Items that belong together, with what they have in common above them. */
export function group(label, attributes, items) {
  const id = unique('group');
  return el('div', { role: 'group', 'aria-labelledby': id, ...attributes }, el('span.hint', { id, role: 'presentation' }, label), items);
}
