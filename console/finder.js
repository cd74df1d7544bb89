// A text searched for in a body that is shown: how often it is there, and each place in turn.

import { announce } from './announcer.js';
import { el, fill } from './dom.js';
import { say } from './words.js';
import { search } from './json.js';

const BREATH = 150;
const MOST = 1000;

/** The field above a body, whose content stands in `place`. `renew(can)` is called when it is drawn anew. */
export function finder(place) {
  let [found, at, timer, shown] = [null, 0, null, null];
  const count = el('span.hint');
  const input = el('input.small', { type: 'search', placeholder: say('body.find'), 'aria-label': say('body.find'), spellcheck: 'false',
    on: { input: () => { clearTimeout(timer); timer = setTimeout(look, BREATH); }, keydown: (event) => step(event) } });
  const node = el('span.finder', {}, input, count);

  function look() {
    clearTimeout(timer);
    timer = null;
    const wanted = input.value.trim();
    leave();
    found = wanted ? places(place, wanted) : null;
    at = 0;
    show();
  }

  function show() {
    leave();
    if (!found) return;
    const all = found.count >= MOST ? `${MOST}+` : String(found.count);
    fill(count, found.count === 0 ? say('body.not_found') : `${at + 1} / ${all}`);
    if (found.count > 0) {
      shown = found.show(at);
      into(place.querySelector('.tree, pre, table') ?? place, shown);
    }
    announce(count.textContent, { calm: true });
  }

  function leave() {
    fill(count);
    shown?.classList?.remove('hit');
    shown = null;
    CSS.highlights?.delete('found');
  }

  // Enter goes to the next one, with Shift back.
  function step(event) {
    if (event.key === 'Escape' && input.value) {
      input.value = '';
      look();
      event.stopPropagation();
    } else if (event.key === 'Enter' && timer) {
      look();
    } else if (event.key === 'Enter' && found?.count > 0) {
      at = (at + (event.shiftKey ? -1 : 1) + found.count) % found.count;
      show();
    } else {
      return;
    }
    event.preventDefault();
  }

  const renew = (can) => {
    node.hidden = !can;
    if (can && input.value.trim()) look();
    else leave();
  };
  return { node, renew };
}

// A tree is opened where it is needed; of other forms all is there once their rest is drawn.
function places(place, wanted) {
  const tree = place.querySelector('.tree');
  if (tree) return search(tree, wanted);
  place.querySelector('.rest')?.click();
  const ranges = [];
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && ranges.length < MOST) {
    const text = walker.currentNode.data.toLowerCase();
    const needle = wanted.toLowerCase();
    for (let from = text.indexOf(needle); from >= 0 && ranges.length < MOST; from = text.indexOf(needle, from + needle.length)) {
      const range = new Range();
      range.setStart(walker.currentNode, Math.min(from, walker.currentNode.length));
      range.setEnd(walker.currentNode, Math.min(from + needle.length, walker.currentNode.length));
      ranges.push(range);
    }
  }
  return { count: ranges.length, show: (nth) => ranges[nth] };
}

function into(box, shown) {
  if (shown instanceof Range) {
    if (window.Highlight) CSS.highlights.set('found', new Highlight(shown));
  } else {
    shown?.classList.add('hit');
  }
  const [line, frame] = [shown?.getBoundingClientRect(), box.getBoundingClientRect()];
  if (line) box.scrollTop += line.top - frame.top - frame.height / 3;
}
