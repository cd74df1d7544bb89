// JSON read into places of its text. It reads all of it, however much there is: only what is no JSON
// stops it.

const TOKEN = /\s*(?:("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:]))/y;
const SPACE = /\s*/y;
/** Levels that are indented: deeper than anybody reads, and every line would be as long as the text is deep. */
export const DEEPEST = 60;

/**
 * `{ root, stopped }`. A node has `type` (`{`, `[`, `string`, `number`, `word`), `start`, `end`, `key` (its
 * place, or null), and `items` where it holds others. `stopped` is where it is no JSON, or null.
 */
export function parse(text) {
  const open = [];
  let root = null;
  let at = 0;
  let key = null;
  // What may come next: `value`, `key`, `colon`, `comma` or `end`; `first` until something is in it.
  let wanted = 'value';
  let isFirst = false;
  const put = (node) => {
    if (open.length > 0) open.at(-1).items.push(node);
    else root = node;
    key = null;
  };
  const after = () => { wanted = open.length === 0 ? 'end' : 'comma'; };
  for (;;) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) break;
    const [, string, number, word, sign] = found;
    const value = string ?? number ?? word;
    const end = TOKEN.lastIndex;
    if (value !== undefined) {
      const start = end - value.length;
      if (wanted === 'key' && string !== undefined) {
        key = [start, end];
        wanted = 'colon';
      } else if (wanted === 'value') {
        put({ type: kind(string, number), start, end, key, items: null });
        after();
      } else {
        break;
      }
      isFirst = false;
    } else if ((sign === '{' || sign === '[') && wanted === 'value') {
      const node = { type: sign, start: end - 1, end, key, items: [] };
      put(node);
      open.push(node);
      wanted = sign === '{' ? 'key' : 'value';
      isFirst = true;
    } else if ((sign === '}' || sign === ']') && (wanted === 'comma' || isFirst) && open.at(-1)?.type === (sign === '}' ? '{' : '[')) {
      open.pop().end = end;
      isFirst = false;
      after();
    } else if (sign === ',' && wanted === 'comma') {
      wanted = open.at(-1).type === '{' ? 'key' : 'value';
    } else if (sign === ':' && wanted === 'colon') {
      wanted = 'value';
    } else {
      break;
    }
    at = end;
  }
  SPACE.lastIndex = at;
  SPACE.exec(text);
  const rest = SPACE.lastIndex;
  return { root, stopped: wanted === 'end' && rest === text.length ? null : rest };
}

/** The nodes from the root to the one that an RFC 6901 pointer means; null where there is none. */
export function resolve(text, root, pointer) {
  if (!pointer) return null;
  const path = [root];
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const { type, items } = path.at(-1);
    const next = type === '{' ? items.findLast((item) => named(text, item) === name) : items?.[Number(name)];
    if (!next) return null;
    path.push(next);
  }
  return path;
}

/** The paths, from the root on, to nodes whose name or value has a text, in any case; so many at most. */
export function paths(text, root, wanted, most = 1000) {
  const needle = wanted.toLowerCase();
  const has = (start, end) => readable(text.slice(start, end)).toLowerCase().includes(needle);
  const found = [];
  // Without recursion, as below; each node with the one around it.
  const rest = [{ node: root, above: null }];
  while (rest.length > 0 && found.length < most) {
    const place = rest.pop();
    const { node } = place;
    if ((node.key !== null && has(...node.key)) || (!node.items && has(node.start, node.end))) {
      const path = [];
      for (let at = place; at; at = at.above) path.push(at.node);
      found.push(path.reverse());
    }
    for (let nth = (node.items?.length ?? 0) - 1; nth >= 0; nth -= 1) rest.push({ node: node.items[nth], above: place });
  }
  return found;
}

// Letters that are written by their numbers are searched for as what they are.
const readable = (text) => text.replace(/\\u([0-9a-f]{4})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));

/** The text with a line for each member; what is no JSON stays as it is. */
export function indented(text) {
  const { root, stopped } = parse(text);
  if (stopped !== null || root === null) return text;
  const lines = [];
  // Without recursion: JSON may be as deep as it is long.
  const rest = [{ node: root, depth: 0, end: '' }];
  while (rest.length > 0) {
    const { node, depth, end, close } = rest.pop();
    const indent = '  '.repeat(Math.min(depth, DEEPEST));
    if (close) {
      lines.push(`${indent}${close}${end}`);
      continue;
    }
    const key = node.key === null ? '' : `${text.slice(...node.key)}: `;
    if (!node.items) {
      lines.push(`${indent}${key}${text.slice(node.start, node.end)}${end}`);
      continue;
    }
    const last = node.type === '{' ? '}' : ']';
    if (node.items.length === 0) {
      lines.push(`${indent}${key}${node.type}${last}${end}`);
      continue;
    }
    lines.push(`${indent}${key}${node.type}`);
    rest.push({ depth, end, close: last });
    for (let nth = node.items.length - 1; nth >= 0; nth -= 1) {
      rest.push({ node: node.items[nth], depth: depth + 1, end: nth + 1 < node.items.length ? ',' : '' });
    }
  }
  return lines.join('\n');
}

function named(text, item) {
  try {
    return JSON.parse(text.slice(...item.key));
  } catch {
    return null;
  }
}

function kind(string, number) {
  if (string !== undefined) return 'string';
  return number === undefined ? 'word' : 'number';
}
