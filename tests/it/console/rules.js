// Rules of WCAG 2.2 AA that a program can check, on the page as it stands. Returns what breaks them.
const wrong = [];
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const brief = (node) => node.outerHTML.replace(/\s+/g, ' ').slice(0, 110);
const isShown = (node) => {
  const box = node.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && getComputedStyle(node).visibility !== 'hidden' && !node.closest('[aria-hidden=true]');
};
const dialog = document.querySelector('dialog[open]');
const scope = dialog ?? document.body;

function named(node) {
  const by = (node.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean);
  const texts = by.map((id) => document.getElementById(id)?.textContent ?? '');
  const labels = [...(node.labels ?? [])].map((label) => label.textContent);
  const inner = /^(BUTTON|A|SUMMARY|TH|CAPTION)$/.test(node.tagName) || node.getAttribute('role') === 'option' || node.getAttribute('role') === 'tab' ? node.textContent : '';
  const alt = all('img[alt]', node).map((one) => one.alt).join('');
  return [node.getAttribute('aria-label') ?? '', ...texts, ...labels, inner, alt, node.getAttribute('title') ?? ''].join('').trim();
}

// 4.1.2: every control, dialog, region and picture has a name.
for (const node of all('a[href], button, input, select, textarea, summary, [role=listbox], [role=option], [role=tab], [role=tablist], [role=img], [role=group], dialog', scope)) {
  if (isShown(node) && !named(node)) wrong.push(`no name: ${brief(node)}`);
}
for (const node of all('nav, form, section, aside')) {
  const wants = node.tagName === 'NAV' || node.hasAttribute('role');
  if (wants && isShown(node) && !named(node)) wrong.push(`a landmark without a name: ${brief(node)}`);
}
for (const node of all('img')) if (!node.hasAttribute('alt')) wrong.push(`no alt: ${brief(node)}`);

// 4.1.1: identifiers are unique, and what refers to one finds it.
const seen = new Map();
for (const node of all('[id]')) seen.set(node.id, (seen.get(node.id) ?? 0) + 1);
for (const [id, times] of seen) if (times > 1) wrong.push(`${times} elements have the id ${id}`);
for (const name of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-activedescendant', 'for']) {
  for (const node of all(`[${name}]`)) {
    for (const id of node.getAttribute(name).split(/\s+/).filter(Boolean)) if (!seen.has(id)) wrong.push(`${name}=${id} leads nowhere: ${brief(node)}`);
  }
}

// 3.1.1, 2.4.2, 1.3.1: language, title, landmarks, headings.
if (!/^(en|ru)$/.test(document.documentElement.lang)) wrong.push(`lang is ${document.documentElement.lang}`);
if (!document.title) wrong.push('no title');
for (const tag of ['main', 'header.top', 'nav']) if (all(tag).length < 1) wrong.push(`no ${tag}`);
if (all('main').length !== 1) wrong.push('not one main');
if (all('h1').filter((one) => one.getBoundingClientRect().width > 0).length !== 1) wrong.push('not one h1');
let level = 1;
for (const heading of all('main h1, main h2, main h3, main h4, main h5').filter(isShown)) {
  const now = Number(heading.tagName[1]);
  if (now > level + 1) wrong.push(`a heading skips from ${level} to ${now}: ${brief(heading)}`);
  level = now;
}

// Roles stand in what they need.
const owners = { option: '[role=listbox]', tab: '[role=tablist]', row: '[role=grid], table' };
for (const [role, owner] of Object.entries(owners)) {
  for (const node of all(`[role=${role}]`)) if (!node.closest(owner)) wrong.push(`${role} outside ${owner}: ${brief(node)}`);
}
for (const node of all('[role=listbox] [role=option]')) {
  if (!node.hasAttribute('aria-selected')) wrong.push(`an option that is neither chosen nor not: ${brief(node)}`);
  if (all('a, button, input', node).length > 0) wrong.push(`a control in an option: ${brief(node)}`);
}
for (const table of all('table')) {
  if (isShown(table) && all('th', table).length === 0) wrong.push(`a table without headers: ${brief(table)}`);
}
for (const node of all('[tabindex]')) if (node.tabIndex > 0) wrong.push(`a tab order of its own: ${brief(node)}`);
for (const node of all('*', scope)) {
  const isScrolled = node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(node).overflowY) && node.clientHeight > 0;
  const isReached = node.tabIndex >= 0 || all('a[href], button, input, select, textarea, [tabindex="0"]', node).length > 0;
  if (isScrolled && !isReached && isShown(node)) wrong.push(`scrolled by mouse only: ${brief(node)}`);
}

// 2.5.8: targets of 24 by 24, but for links within text.
for (const node of all('button, input, select, summary, [role=tab], nav a', scope).filter(isShown)) {
  const box = node.getBoundingClientRect();
  const isMarked = /checkbox|radio/.test(node.type ?? '');
  if (!isMarked && (box.width < 23.9 || box.height < 23.9)) wrong.push(`a target of ${box.width} by ${box.height}: ${brief(node)}`);
}
for (const node of all('a[href]:not(.row)', scope).filter(isShown)) {
  const beside = [...node.parentElement.childNodes].filter((one) => one !== node).map((one) => one.textContent).join('').trim();
  const box = node.getBoundingClientRect();
  if (!beside && (box.width < 23.9 || box.height < 23.9)) wrong.push(`a link of ${box.width} by ${box.height}: ${brief(node)}`);
}

// 1.4.3 and 1.4.11: contrast of text, and of the edges of controls.
const parse = (text) => {
  const [r, g, b, a = 1] = (/rgba?\(([^)]+)\)/.exec(text)?.[1] ?? '').split(/[,/\s]+/).filter(Boolean).map(Number);
  return { r, g, b, a };
};
const over = (top, under) => Object.fromEntries(['r', 'g', 'b'].map((part) => [part, top[part] * top.a + under[part] * (1 - top.a)]).concat([['a', 1]]));
const light = ({ r, g, b }) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
const contrast = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
};
const ground = (node) => {
  const layers = [];
  for (let at = node; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
  return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
};
const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
const judged = new Set();
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || judged.has(node) || !isShown(node) || node.closest('svg, .unseen, option')) continue;
  judged.add(node);
  const style = getComputedStyle(node);
  const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
  const found = contrast(over(parse(style.color), ground(node)), ground(node));
  if (parse(style.color).a > 0 && found < (isLarge ? 3 : 4.5)) wrong.push(`contrast ${found.toFixed(2)}: ${brief(node)}`);
}
for (const node of all('input, select, textarea', scope).filter(isShown)) {
  const found = contrast(over(parse(getComputedStyle(node).borderTopColor), ground(node.parentElement)), ground(node.parentElement));
  if (!/checkbox|radio/.test(node.type) && found < 3) wrong.push(`an edge of contrast ${found.toFixed(2)}: ${brief(node)}`);
}

// 1.4.10: nothing has to be scrolled in two directions.
if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push(`wider than the window: ${document.documentElement.scrollWidth} of ${innerWidth}`);
const main = document.querySelector('main');
if (main.scrollWidth > main.clientWidth + 1) wrong.push(`main is wider than itself: ${main.scrollWidth} of ${main.clientWidth}`);
for (const node of all('.detail, dialog[open]').filter(isShown)) {
  if (node.scrollWidth > node.clientWidth + 1) wrong.push(`scrolled sideways: ${node.scrollWidth} of ${node.clientWidth}: ${brief(node)}`);
}
return wrong;
