// That the gateway cannot be asked, told in one place for all views.

import { connection } from './connection.js';
import { button, el, fill, prose } from './dom.js';
import { status } from './status.js';
import { stream } from './stream.js';
import { say } from './words.js';

const ACTS = new Map(Object.entries({
  gone: ['act.again', again],
  offline: ['act.again', again],
  // Asked for anew, the page asks for the token and comes back to where it was.
  ended: ['session.sign_in', () => location.reload()],
}));

/** The banner, empty while all is well; `signal` ends it. */
export function banner(signal) {
  const node = el('div.banner', { role: 'alert', hidden: true });
  const draw = () => {
    const act = ACTS.get(connection.state);
    node.hidden = !act;
    node.dataset.state = connection.state;
    fill(node, act && [el('span', {}, prose(say(`connection.${connection.state}`))), ' ', button(say(act[0]), act[1], { class: 'small' })]);
  };
  connection.addEventListener('state', draw, { signal });
  draw();
  return node;
}

function again() {
  stream.again();
  status.refresh();
}
