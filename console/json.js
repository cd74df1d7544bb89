// JSON as it was written, only indented and folded: no number is rounded, no repeated key is lost.

import { button, el } from './dom.js';
import { DEEPEST, parse, resolve } from './jsontree.js';
import { say } from './words.js';

// What is drawn at first, and how much more at once; the rest waits until somebody opens it.
const LINES = 1500;
const ITEMS = 100;

/** The body, folded and coloured. `findings` are marked where they point; what is no JSON, where it ends. */
export function json(body, findings = []) {
  const { text } = body;
  const { root, stopped } = parse(text);
  const isCut = !body.whole || body.text_cut;
  if (stopped !== null && !isCut) {
    return [el('p.cut', { role: 'note' }, say('json.broken', position(text, stopped))),
      el('pre.code', { tabindex: 0 }, text.slice(0, stopped), el('mark.wrong', {}, text.slice(stopped, stopped + 1)), text.slice(stopped + 1))];
  }
  if (root === null) return el('pre.code', { tabindex: 0 }, text);
  const marks = new Map();
  for (const one of findings) {
    const path = resolve(text, root, one.pointer);
    for (const node of path ?? []) marks.set(node, node === path.at(-1) ? one.text : (marks.get(node) ?? null));
  }
  return el('div.code.tree', { tabindex: 0, role: 'group', 'aria-label': 'JSON' }, branch({ text, marks, left: LINES }, root, 0, ''));
}

// A value with its key, on one line or on many.
function branch(state, node, depth, end) {
  state.left -= 1;
  const indent = '  '.repeat(Math.min(depth, DEEPEST));
  const key = node.key === null ? null : [el('span.key', {}, state.text.slice(...node.key)), ': '];
  if (!node.items) {
    return el('div', {}, indent, key, leaf(state, node), end);
  }
  const [open, close] = node.type === '{' ? ['{', '}'] : ['[', ']'];
  if (node.items.length === 0) return el('div', {}, indent, key, noted(state, node, open + close), end);
  // What points at something inside is opened to it.
  const isOpen = state.marks.has(node) || (state.left > 0 && depth < DEEPEST);
  const fold = el('details', { open: isOpen },
    el('summary', {}, indent, key, noted(state, node, open),
      el('span.folded', {}, ` ${say('json.items', { n: node.items.length })} ${close}${end}`)));
  const draw = () => fold.append(...rows(state, node, depth), el('div', {}, indent, close, end));
  if (isOpen) draw();
  else fold.addEventListener('toggle', () => { Object.assign(state, { left: ITEMS }); draw(); }, { once: true });
  return fold;
}

// So many of them, and a button for more.
function rows(state, node, depth, from = 0) {
  const { items } = node;
  const wanted = items.findIndex((item, at) => at >= from + ITEMS && state.marks.has(item));
  const to = Math.min(items.length, Math.max(from + ITEMS, wanted + 1));
  const shown = items.slice(from, to).map((item, at) => branch(state, item, depth + 1, from + at + 1 < items.length ? ',' : ''));
  if (to === items.length) return shown;
  const more = button(say('json.more', { n: items.length - to }), () => {
    Object.assign(state, { left: ITEMS });
    more.replaceWith(...rows(state, node, depth, to));
  }, { class: 'quiet small' });
  return [...shown, more];
}

function leaf(state, node) {
  return noted(state, node, el(`span.${node.type}`, {}, state.text.slice(node.start, node.end)));
}

function noted(state, node, shown) {
  const said = state.marks.get(node);
  return said ? el('mark.wrong', { title: said }, shown) : shown;
}

function position(text, at) {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: lines.at(-1).length + 1 };
}
