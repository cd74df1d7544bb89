// JSON as it was written, only indented and folded: no number is rounded, no repeated key is lost.

import { button, el } from './dom.js';
import { DEEPEST, parse, paths, resolve } from './jsontree.js';
import { say } from './words.js';

// What is drawn at first, and how much more at once; the rest waits until somebody opens it.
const LINES = 300;
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
  const state = { text, marks: new Map(), left: LINES, lines: new Map(), folds: new Map() };
  const paths = findings.map((one) => [one, resolve(text, root, one.pointer)]).filter(([, path]) => path);
  for (const [one, path] of paths) state.marks.set(path.at(-1), one.text);
  const tree = el('div.code.tree', { tabindex: 0, role: 'group', 'aria-label': 'JSON' }, branch(state, root, 0, ''));
  for (const [, path] of paths) reach(state, path);
  trees.set(tree, { state, root });
  return tree;
}

const trees = new WeakMap();

/** In a drawn tree: `count` places whose name or value has a text, and `show(nth)`, which opens and gives the line. */
export function search(tree, wanted) {
  const { state, root } = trees.get(tree);
  const found = paths(state.text, root, wanted);
  return { count: found.length, show: (nth) => reach(state, found[nth]) };
}

// A value with its key, on one line or on many.
function branch(state, node, depth, end) {
  state.left -= 1;
  const indent = '  '.repeat(Math.min(depth, DEEPEST));
  const key = node.key === null ? null : [el('span.key', {}, state.text.slice(...node.key)), ': '];
  const line = (...parts) => {
    const made = el('div', {}, indent, key, parts, end);
    state.lines.set(node, made);
    return made;
  };
  if (!node.items) return line(leaf(state, node));
  const [open, close] = node.type === '{' ? ['{', '}'] : ['[', ']'];
  if (node.items.length === 0) return line(noted(state, node, open + close));
  const isOpen = state.left > 0 && depth < DEEPEST;
  const head = el('summary', {}, indent, key, noted(state, node, open),
    el('span.folded', {}, ` ${say('json.items', { n: node.items.length })} ${close}${end}`));
  const fold = el('details', { open: isOpen }, head);
  const gaps = new Set();
  let isDrawn = false;
  const draw = () => {
    if (isDrawn) return;
    isDrawn = true;
    fold.append(...rows(state, node, depth, gaps, 0, node.items.length), el('div', {}, indent, close, end));
  };
  state.lines.set(node, head);
  state.folds.set(node, { fold, draw, gaps });
  if (isOpen) draw();
  else fold.addEventListener('toggle', () => { Object.assign(state, { left: ITEMS }); draw(); }, { once: true });
  return fold;
}

// The first of a run of items, and a gap for the others.
function rows(state, node, depth, gaps, from, to) {
  const until = Math.min(to, from + ITEMS);
  const last = node.items.length - 1;
  const shown = node.items.slice(from, until).map((item, at) => branch(state, item, depth + 1, from + at < last ? ',' : ''));
  return [...shown, gap(state, node, depth, gaps, until, to)].filter(Boolean);
}

// Items that are not drawn: a button for more of them. `split(at)` draws those from a place on.
function gap(state, node, depth, gaps, from, to) {
  if (from >= to) return null;
  const own = { from, to, split(at) {
    gaps.delete(own);
    Object.assign(state, { left: ITEMS });
    more.replaceWith(...[gap(state, node, depth, gaps, from, at), ...rows(state, node, depth, gaps, at, to)].filter(Boolean));
  } };
  const more = button(say('json.more', { n: to - from }), () => own.split(from), { class: 'quiet small' });
  gaps.add(own);
  return more;
}

// Opens everything from the root to a node, and gives its line.
function reach(state, path) {
  for (const [level, node] of path.entries()) {
    const { fold, draw, gaps } = state.folds.get(node) ?? {};
    const next = path[level + 1];
    if (!next || !fold) break;
    draw();
    fold.open = true;
    if (!state.lines.has(next)) {
      const at = node.items.indexOf(next);
      [...gaps].find((one) => one.from <= at && at < one.to)?.split(at);
    }
  }
  return state.lines.get(path.at(-1)) ?? null;
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
