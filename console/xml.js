// XML and HTML as text, indented. Nothing is parsed by the browser.

import { el } from './dom.js';

const PIECE = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^>]*>|[^<]+|</g;
const MOST = 20_000;

/** The body with a line for each element. */
export function xml(body) {
  const made = [];
  let depth = 0;
  let before = null;
  for (const [piece] of body.text.matchAll(PIECE)) {
    if (made.length > MOST) {
      made.push('\n…');
      break;
    }
    const text = piece.trim();
    if (text === '') continue;
    const kind = kinds(text);
    if (kind === 'close') depth = Math.max(0, depth - 1);
    // A leaf stays on one line with its text.
    const isLeaf = kind === 'text' || (kind === 'close' && before === 'leaf');
    if (made.length > 0 && !(isLeaf && (before === 'open' || before === 'leaf'))) made.push(`\n${'  '.repeat(depth)}`);
    made.push(kind === 'text' ? text : el('span.key', {}, text));
    if (kind === 'open') depth += 1;
    before = kind === 'text' && before === 'open' ? 'leaf' : kind;
  }
  return el('pre.code', { tabindex: 0 }, made);
}

const ALONE = /^<(?:meta|link|br|hr|img|input|area|base|col|embed|source|track|wbr)\b/i;

function kinds(text) {
  if (!text.startsWith('<') || text === '<') return 'text';
  if (text.startsWith('</')) return 'close';
  if (text.startsWith('<!') || text.startsWith('<?') || text.endsWith('/>') || ALONE.test(text)) return 'alone';
  return 'open';
}
