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
import { main, mark, shell, warnOfFaults } from './shell.js';
import { place } from './announcer.js';
import { route } from './route.js';
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
  warnOfFaults();
  if (shown instanceof View && shown.visit(at)) return;
  leave();
  bind({});
  shown = new View(at);
  fill(main, shown.node);
  shown.visit(at);
}

function leave() {
  shown?.close();
  shown = null;
}

listen();
window.addEventListener('hashchange', visit);
start();
