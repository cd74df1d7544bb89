// The filter: completion while one writes, and the place of a mistake underlined.

import { read } from './api.js';
import { el, fill, prose, unique } from './dom.js';
import { say } from './words.js';

const BREATH = 150;

/** Calls `apply(text)` with a filter that is whole; `focus()`, `mistake(problem)` and `set(text)` act on it. */
export function filterbox(text, apply) {
  const list = unique('completions');
  const input = el('input', {
    id: 'filter', type: 'text', value: text, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false',
    placeholder: 'app:loyalty status:4xx', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': list,
    'aria-autocomplete': 'list', 'aria-describedby': 'filter-error',
  });
  const mirror = el('div.mirror', { 'aria-hidden': 'true' });
  const options = el('ul.completions', { id: list, role: 'listbox', 'aria-label': say('filter.completions'), hidden: true });
  const error = el('p.mistake', { id: 'filter-error' });
  const clear = el('button.quiet.clear', { type: 'button', 'aria-label': say('filter.clear'), hidden: !text }, '×');
  const node = el('form.filter', { role: 'search', 'aria-label': say('filter.label') },
    el('label', { for: 'filter' }, say('filter.label')),
    el('div.box', {}, mirror, input, clear, options), error);
  const state = { offered: [], chosen: -1, asked: 0, applied: text, timer: null };

  const choose = (index) => {
    state.chosen = index;
    for (const [place, option] of [...options.children].entries()) option.setAttribute('aria-selected', place === index);
    if (index >= 0) input.setAttribute('aria-activedescendant', options.children[index].id);
    else input.removeAttribute('aria-activedescendant');
  };
  const offer = (completions) => {
    state.offered = completions;
    fill(options, completions.map((one, index) => el('li', {
      role: 'option', id: `${list}-${index}`, 'aria-selected': 'false',
      on: { mousedown: (event) => { event.preventDefault(); take(index); } },
    }, el('code', {}, one.insert), one.label && el('span', {}, one.label))));
    options.hidden = completions.length === 0;
    input.setAttribute('aria-expanded', completions.length > 0);
    choose(-1);
  };
  const take = (index) => {
    const { insert } = state.offered[index];
    const { head, tail } = around(input);
    const kept = head.slice(0, head.length - overlap(head, insert));
    input.value = `${kept}${insert}${tail}`;
    const caret = kept.length + insert.length;
    input.setSelectionRange(caret, caret);
    offer([]);
    changed();
  };
  const mistake = (problem) => {
    input.setAttribute('aria-invalid', problem !== null);
    fill(error, problem && prose([problem.message ?? problem.detail, problem.hint].filter(Boolean).join(' ')));
    fill(mirror, ...(problem ? underlined(input.value, problem.at, problem.length) : []));
    mirror.scrollLeft = input.scrollLeft;
  };
  const ask = async () => {
    const asked = (state.asked += 1);
    const { value } = input;
    const at = Array.from(around(input).head).length;
    try {
      const answer = await read('/api/filter', { text: value || ' ', at });
      if (asked !== state.asked || input.value !== value) return;
      if (document.activeElement === input) offer(answer.completions.slice(0, 12));
      mistake(answer.error ?? null);
      if (answer.ok) settle();
    } catch {
      // Completion is an aid; the list itself says what is wrong.
    }
  };
  const settle = () => {
    if (input.value.trim() === state.applied) return;
    state.applied = input.value.trim();
    apply(state.applied);
  };
  const changed = () => {
    clear.hidden = input.value === '';
    mistake(null);
    clearTimeout(state.timer);
    state.timer = setTimeout(ask, BREATH);
  };

  input.addEventListener('input', changed);
  input.addEventListener('focus', ask);
  input.addEventListener('blur', () => offer([]));
  input.addEventListener('scroll', () => { mirror.scrollLeft = input.scrollLeft; });
  input.addEventListener('keydown', (event) => {
    const last = state.offered.length - 1;
    if (event.key === 'ArrowDown' && last >= 0) choose(state.chosen >= last ? 0 : state.chosen + 1);
    else if (event.key === 'ArrowUp' && last >= 0) choose(state.chosen <= 0 ? last : state.chosen - 1);
    else if (event.key === 'Enter' && state.chosen >= 0) take(state.chosen);
    else if (event.key === 'Tab' && state.chosen >= 0) take(state.chosen);
    else if (event.key === 'Escape' && last >= 0) offer([]);
    else if (event.key === 'Escape') input.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  node.addEventListener('submit', (event) => {
    event.preventDefault();
    offer([]);
    settle();
  });
  clear.addEventListener('click', () => {
    input.value = '';
    changed();
    settle();
    input.focus();
  });
  const set = (value) => {
    clearTimeout(state.timer);
    input.value = value;
    state.applied = value.trim();
    clear.hidden = value === '';
    mistake(null);
  };
  return { node, mistake, set, focus: () => input.select() };
}

function around(input) {
  const at = input.selectionStart ?? input.value.length;
  return { head: input.value.slice(0, at), tail: input.value.slice(at) };
}

// What is already written of a word that is completed is not written twice.
function overlap(head, insert) {
  const word = /\S*$/.exec(head)[0];
  for (let length = Math.min(word.length, insert.length); length > 0; length -= 1) {
    if (insert.toLowerCase().startsWith(word.slice(-length).toLowerCase())) return length;
  }
  return 0;
}

function underlined(text, at, length) {
  if (at === undefined || at === null) return [];
  const signs = Array.from(text);
  const end = at + Math.max(1, length ?? 1);
  return [
    signs.slice(0, at).join(''),
    el('span.wrong', {}, signs.slice(at, end).join('') || ' '),
    signs.slice(end).join(''),
  ];
}
