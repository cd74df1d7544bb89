// The page: which view an address means.

import { Compare } from './compare.js';
import { Connect } from './connect.js';
import { Errors } from './errors.js';
import { Faults } from './faults.js';
import { Rules } from './rules.js';
import { Timeline } from './timeline.js';
import { Webhooks } from './webhooks.js';
import { World } from './world.js';
import { fill } from './dom.js';
import { bind, listen } from './keys.js';
import { connection } from './connection.js';
import { main, mark, shell } from './shell.js';
import { place } from './announcer.js';
import { route } from './route.js';
import { status } from './status.js';
import { speak } from './words.js';

// A map: the name comes from the address, and every object knows names such as `constructor`.
const VIEWS = new Map(Object.entries({
  timeline: Timeline, exchange: Timeline, compare: Compare, webhooks: Webhooks, world: World,
  faults: Faults, rules: Rules, connect: Connect, errors: Errors,
}));

let shown = null;

function start() {
  speak();
  shell(start);
  place();
  leave();
  visit();
}

// A view that can show the new address itself says so, and keeps what it has loaded.
function visit() {
  const at = route();
  const View = VIEWS.get(at.view) ?? Timeline;
  mark(VIEWS.has(at.view) ? at.view : 'timeline');
  if (shown instanceof View && shown.visit(at)) return;
  leave();
  bind({});
  shown = new View(at);
  fill(main, shown.node);
  shown.visit(at);
}

// The gateway is back: what failed meanwhile is asked for again, but for what somebody writes.
function back() {
  const { activeElement } = document;
  const isWritten = document.querySelector('dialog[open]') || (main.contains(activeElement) && activeElement.matches('input, textarea, select'));
  if (shown?.back) shown.back();
  else if (!isWritten) {
    leave();
    visit();
  }
}

// A token in the address has done its work, or has none to do.
function forgetToken() {
  if (new URLSearchParams(location.hash.slice(1)).has('token')) history.replaceState(null, '', location.pathname + location.search);
}

function leave() {
  shown?.close();
  shown = null;
}

listen();
forgetToken();
window.addEventListener('hashchange', visit);
connection.addEventListener('back', back);
start();
status.begin();
