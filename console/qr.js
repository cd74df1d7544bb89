// A QR code (ISO/IEC 18004) of a short address: bytes, correction level M, versions 1 to 6.

import { el } from './dom.js';

// For each version: octets of data, octets of correction in a block, blocks.
const VERSIONS = [[16, 10, 1], [28, 16, 1], [44, 26, 1], [64, 18, 2], [86, 24, 2], [108, 16, 4]];

// Level M with mask 0, as it stands beside the finders.
const FORMAT = '101010000010010';

const QUIET = 4;

/** The code as a picture, or null where the text is too long. */
export function qr(text, label) {
  const data = new TextEncoder().encode(text);
  const version = VERSIONS.findIndex(([room]) => data.length + 2 <= room);
  if (version < 0) return null;
  const dots = drawn(version + 1, codewords(data, VERSIONS[version]));
  const size = dots.length + 2 * QUIET;
  const path = dots.flatMap((line, y) => line.map((dot, x) => (dot ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ''))).join('');
  return el('svg.qr', { viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' },
    el('rect', { width: size, height: size, fill: '#fff' }), el('path', { d: path, fill: '#000' }));
}

function codewords(data, [room, extra, blocks]) {
  const bits = [...'0100', ...byte(data.length), ...Array.from(data, byte).flat(), ...'0000'].slice(0, room * 8);
  while (bits.length % 8 !== 0) bits.push('0');
  const words = [];
  for (let at = 0; at < bits.length; at += 8) words.push(parseInt(bits.slice(at, at + 8).join(''), 2));
  for (let turn = 0; words.length < room; turn += 1) words.push(turn % 2 === 0 ? 0xec : 0x11);
  const length = room / blocks;
  const parts = Array.from({ length: blocks }, (_, block) => words.slice(block * length, (block + 1) * length));
  const checks = parts.map((part) => remainder(part, extra));
  const woven = (lists, count) => Array.from({ length: count }, (_, at) => lists.map((list) => list[at])).flat();
  return [...woven(parts, length), ...woven(checks, extra)];
}

const byte = (value) => [...value.toString(2).padStart(8, '0')];

// Reed-Solomon over GF(256) with the polynomial 0x11d.
function remainder(words, degree) {
  let generator = [1];
  for (let at = 0, root = 1; at < degree; at += 1, root = times(root, 2)) {
    const next = [...generator, 0];
    for (const [place, factor] of generator.entries()) next[place + 1] ^= times(factor, root);
    generator = next;
  }
  const rest = [...words, ...new Array(degree).fill(0)];
  for (let at = 0; at < words.length; at += 1) {
    const factor = rest[at];
    for (const [place, part] of generator.entries()) rest[at + place] ^= times(part, factor);
  }
  return rest.slice(words.length);
}

function times(left, right) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ (product >> 7 ? 0x11d : 0);
    if ((right >> bit) & 1) product ^= left;
  }
  return product;
}

function drawn(version, words) {
  const size = 17 + 4 * version;
  const dots = Array.from({ length: size }, () => new Array(size).fill(null));
  const set = (x, y, dot) => { if (x >= 0 && y >= 0 && x < size && y < size) dots[y][x] = dot; };
  const square = (cx, cy, reach, isDark) => {
    for (let y = -reach; y <= reach; y += 1) {
      for (let x = -reach; x <= reach; x += 1) set(cx + x, cy + y, isDark(Math.max(Math.abs(x), Math.abs(y))));
    }
  };
  for (let at = 0; at < size; at += 1) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, (far) => far !== 2 && far !== 4);
  if (version > 1) square(size - 7, size - 7, 2, (far) => far !== 1);
  format(size, set);
  weave(dots, words);
  return dots;
}

function format(size, set) {
  for (let at = 0; at < 15; at += 1) {
    const dot = FORMAT[14 - at] === '1';
    if (at < 6) set(8, at, dot);
    else if (at < 8) set(8, at + 1, dot);
    else if (at === 8) set(7, 8, dot);
    else set(14 - at, 8, dot);
    if (at < 8) set(size - 1 - at, 8, dot);
    else set(8, size - 15 + at, dot);
  }
  set(8, size - 8, true);
}

// Two columns at a time from the right, up and down in turn.
function weave(dots, words) {
  const size = dots.length;
  const bits = words.map(byte).flat();
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      for (const x of [right, right - 1]) {
        const isUp = ((right + 1) & 2) === 0;
        const y = isUp ? size - 1 - step : step;
        if (dots[y][x] !== null) continue;
        const dot = bits[at] === '1';
        at += 1;
        dots[y][x] = (x + y) % 2 === 0 ? !dot : dot;
      }
    }
  }
}
