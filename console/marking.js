// A person's star and note on an exchange.

import { ask } from './ask.js';
import { attempt, toast } from './toast.js';
import { button, el } from './dom.js';
import { patch } from './api.js';
import { numbered, say } from './words.js';

/** Changes the mark; what the row is then, or undefined. */
export async function mark(id, change) {
  const row = await attempt(() => patch(`/api/exchanges/${id}`, change));
  if (row && change.starred !== undefined) toast(say(row.starred ? 'mark.starred' : 'mark.unstarred', { id: numbered(id) }));
  return row;
}

/** The button with the star; `marked` gets the row. */
export function star(shown, marked, attributes = {}) {
  const act = async () => {
    const row = await mark(shown.id, { starred: !shown.starred });
    if (row) marked(row);
  };
  return button(shown.starred ? '★' : '☆', act, {
    id: 'star', class: 'quiet square star', 'aria-pressed': shown.starred, 'aria-label': say('mark.star'), title: say('mark.star'), ...attributes,
  });
}

/** Asks for the note. */
export function write(shown, marked) {
  ask({ title: say('mark.note.of', { id: numbered(shown.id) }), label: say('mark.note'), value: shown.comment ?? '', isLong: true, isOptional: true,
    act: async (comment) => {
      const row = await patch(`/api/exchanges/${shown.id}`, { comment });
      return () => marked(row);
    } });
}

/** The note, where there is one. */
export const note = (shown, marked) => shown.comment && el('p.comment', {}, el('span', {}, shown.comment), ' ',
  button(say('act.change'), () => write(shown, marked), { class: 'quiet small', 'aria-label': `${say('act.change')}: ${say('mark.note')}` }));
