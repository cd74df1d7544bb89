// Tabs of which one is chosen; arrow keys go from one to the next.

import { button, el } from './dom.js';

/** `names` with `label(name)`; `panel(name)` is the id of what it shows, `choose(name)` is told of a choice. */
export function tabs({ title, names, label, panel, choose }) {
  const all = names.map((name) => button(label(name), () => choose(name), {
    role: 'tab', id: `tab-${name}`, 'aria-controls': panel(name),
    on: { keydown: (event) => move(event, name) },
  }));
  const mark = (chosen) => {
    for (const [place, tab] of all.entries()) {
      tab.setAttribute('aria-selected', names[place] === chosen);
      tab.tabIndex = names[place] === chosen ? 0 : -1;
    }
  };
  const move = (event, name) => {
    const by = new Map([['ArrowRight', 1], ['ArrowLeft', -1]]).get(event.key);
    if (!by) return;
    event.preventDefault();
    const next = (names.indexOf(name) + by + names.length) % names.length;
    choose(names[next]);
    all[next].focus();
  };
  return { node: el('div', { role: 'tablist', 'aria-label': title }, all), mark };
}
