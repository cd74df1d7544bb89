// Elements. Text becomes text nodes only: what was captured never reaches a parser of markup.

/** `el('p.note', {id: 'x', on: {click}}, 'text', child)`; what is null or false is left out. */
export function el(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split('.');
  const node = document.createElement(tag);
  if (classes.length > 0) node.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes)) assign(node, name, value);
  node.append(...present(children));
  return node;
}

/** Puts other children in the place of a node's own. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
  return node;
}

/** The same, and what had the focus has it again if it has the same `data-key`. */
export function refill(node, ...children) {
  const key = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  fill(node, ...children);
  if (key) node.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  return node;
}

/** What the gateway or the page says, in which names of things stand between backticks. */
export const prose = (text) => String(text).split(/`([^`]+)`/).map((part, at) => (at % 2 === 1 ? el('code', {}, part) : part));

/** The same where there are no elements: a title, or what is read aloud. */
export const plain = (text) => String(text).replace(/`([^`]+)`/g, '$1');

/** A button that does something here; a link is for what has an address. */
export function button(label, click, attributes = {}) {
  return el('button', { type: 'button', ...attributes, on: { click, ...attributes.on } }, label);
}

/** A control with its label. */
export function field(label, control, note) {
  const id = control.id || `f${(next += 1)}`;
  control.id = id;
  const hint = note && el('span.hint', { id: `${id}-hint` }, note);
  if (hint) control.setAttribute('aria-describedby', hint.id);
  return el('div.field', {}, el('label', { for: id }, label), control, hint);
}

/** A choice of one. `options` are `[value, label]`. */
export function select(options, chosen, change, attributes = {}) {
  const option = ([value, label]) => el('option', { value, selected: value === chosen }, label);
  const on = { change: (event) => change?.(event.target.value) };
  return el('select', { ...attributes, on }, options.map(option));
}

/** An identifier that no other element has. */
export const unique = (stem) => `${stem}${(next += 1)}`;

let next = 0;

function assign(node, name, value) {
  if (value === null || value === undefined) return;
  if (name.startsWith('aria-')) {
    node.setAttribute(name, value);
    return;
  }
  if (value === false) return;
  if (name === 'on') {
    for (const [event, act] of Object.entries(value)) if (act) node.addEventListener(event, act);
  } else if (name === 'value' || name === 'selected' || name === 'checked') {
    node[name] = value;
    if (name !== 'value' || node.tagName === 'OPTION') node.setAttribute(name, value);
  } else {
    node.setAttribute(name, value === true ? '' : value);
  }
}

function present(children) {
  return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== '');
}
