// Bodies of webhooks that somebody keeps, in this browser: they are a person's, and hold no secret that the
// page does not show anyway.

import { ask } from './ask.js';
import { button, el, fill, select } from './dom.js';
import { settings } from './settings.js';
import { say } from './words.js';
import { toast } from './toast.js';

const MOST = 50;

/** What is kept for an event; `load(content)` takes one, `content()` gives what is written now. */
export function payloads(event, { load, content, adopt }) {
  const node = el('p.actions.payloads', { role: 'group', 'aria-label': say('payloads.title') });
  const own = () => settings.get('payloads').filter((one) => one.event === event);
  const others = (name) => settings.get('payloads').filter((one) => one.event !== event || one.name !== name);
  const keep = async (name) => {
    const made = [...others(name), { event, name, content: await content() }];
    if (made.length > MOST) throw new Error(say('payloads.full', { n: MOST }));
    settings.set('payloads', made);
    return () => {
      draw(name);
      toast(say('payloads.saved', { name }));
    };
  };
  const forget = (one) => {
    settings.set('payloads', others(one.name));
    draw();
    toast(say('payloads.removed', { name: one.name }), { act: [say('act.undo'), () => {
      settings.set('payloads', [...others(one.name), one]);
      draw(one.name);
    }] });
  };
  const draw = (chosen = '') => {
    const all = own();
    const found = all.find((one) => one.name === chosen);
    fill(node,
      all.length > 0 && select([['', say('payloads.choose')], ...all.map((one) => [one.name, one.name])], chosen, (name) => {
        const one = all.find((other) => other.name === name);
        if (one) load(one.content);
        draw(name);
      }, { 'aria-label': say('payloads.title') }),
      found && button(say('act.delete'), () => forget(found), { class: 'quiet small', 'aria-label': `${say('act.delete')}: ${found.name}` }),
      button(say('payloads.save'), () => ask({ title: say('payloads.save_as'), label: say('payloads.name'), value: chosen, act: keep }), { class: 'quiet small' }),
      button(say('payloads.from'), () => ask({ title: say('payloads.from_which'), label: say('payloads.number'), act: async (number) => adopt(number.replace(/^[#№]/, '')) }), { class: 'quiet small' }));
  };
  draw();
  return node;
}
