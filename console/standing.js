// What an app has of one user: installed or not, the tokens and where each is from, the subscription.

import { address } from './route.js';
import { attempt, toast } from './toast.js';
import { agreed } from './entry.js';
import { button, el } from './dom.js';
import { patch, post, remove } from './api.js';
import { say, stamp } from './words.js';

const STATES = ['CREATED', 'ACTIVE', 'TERMINATED'];

/** The card of a user below an app. */
export function standing(app, one, changed) {
  const act = (what, said) => attempt(async () => {
    await what();
    toast(said);
    await changed();
  });
  const pair = `${encodeURIComponent(app.id)}/${encodeURIComponent(one.user)}`;
  const install = async () => (!one.installed || await agreed(`${app.name}, ${one.user}`)) && act(() => (one.installed
    ? remove(`/api/world/installations/${pair}?wait=true`)
    : post('/api/world/installations?wait=true', { app: app.id, user: one.user })), say(one.installed ? 'standing.uninstalled' : 'standing.installed'));
  return el('section.standing', { 'aria-label': `${app.name}, ${one.user}` },
    el('h4', {}, el('code', {}, one.user)),
    el('dl', {},
      item('standing.installation',
        el('span.mark', { class: one.installed ? 'mark pass' : 'mark wait' }, one.installed ? `✓ ${say('standing.yes')}` : `○ ${say('standing.no')}`),
        el('span.hint', {}, [say(`standing.from.${one.installed_origin === 'event' ? 'event' : 'file'}`), one.installed_at && stamp(one.installed_at)].filter(Boolean).join(' · ')),
        button(say(one.installed ? 'standing.uninstall' : 'standing.install'), install, { class: 'small', 'data-key': `installation ${pair}` })),
      item('standing.token', token(one.token), tokenForm(app, one, pair, act, changed)),
      item('standing.cloud_token', one.cloud_token ? [el('code', {}, one.cloud_token.masked), one.cloud_token.at && el('span.hint', {}, stamp(one.cloud_token.at))] : el('span.hint', {}, say('standing.none'))),
      item('standing.subscription', subscription(one.subscription))));
}

const item = (key, ...children) => el('div', {}, el('dt', {}, say(key)), el('dd', {}, children));

function token(held) {
  if (!held) return el('span.hint', {}, say('standing.no_token'));
  const from = say('standing.token_from', { origin: held.origin });
  return [el('code', {}, held.masked), ' ',
    held.delivery ? el('a', { href: address('webhooks', ['user.create', held.delivery]) }, from) : el('span.hint', {}, from),
    held.at && el('span.hint', {}, stamp(held.at))];
}

// Written or taken away, the token has the focus still.
function tokenForm(app, one, pair, act, changed) {
  const key = `token ${pair}`;
  const input = el('input', { type: 'password', autocomplete: 'off', required: true, maxlength: 128, 'data-key': key, 'aria-label': say('standing.new_token', { app: app.name, user: one.user }) });
  const submit = (event) => {
    event.preventDefault();
    act(() => (one.token ? patch(`/api/world/tokens/${pair}`, { token: input.value })
      : post('/api/world/tokens', { app: app.id, user: one.user, token: input.value })), say('standing.token_set'));
  };
  return el('details.token', {}, el('summary', { 'data-key': key }, say(one.token ? 'standing.replace_token' : 'standing.give_token')),
    el('form.inline', { on: { submit } }, input, el('button.small', { type: 'submit', 'data-key': key }, say('act.save')),
      one.token && button(say('act.delete'), async () => await agreed(say('standing.token_of', { app: app.name, user: one.user })) && gone(app, one, changed), { class: 'quiet small', 'data-key': key })));
}

/** Where a token that was removed is restored. */
export const restorePath = ({ app, user }) => `/api/world/tokens/${encodeURIComponent(app)}/${encodeURIComponent(user)}/restore`;

const gone = (app, { user }, changed) => attempt(async () => {
  const whose = { app: app.id, user };
  await remove(`/api/world/tokens/${encodeURIComponent(app.id)}/${encodeURIComponent(user)}`);
  const undo = () => attempt(async () => {
    await post(restorePath(whose));
    toast(say('standing.token_restored'));
    await changed();
  });
  toast(say('standing.token_gone'), { act: [say('act.undo'), undo] });
  await changed();
});

// The vendor's diagram of states, with the present one marked.
function subscription(held) {
  const now = held?.state.toUpperCase();
  return [
    el('ol.states', {}, STATES.map((state) => el(`li${state === now ? '.now' : ''}`, { 'aria-current': state === now ? 'true' : null }, say(`subscription.${state}`)))),
    held ? el('span.hint', {}, [held.plan, held.next_billing && say('subscription.next', { at: stamp(held.next_billing) }), say('subscription.sequence', { number: held.sequence })].filter(Boolean).join(' · '))
      : el('span.hint', {}, say('subscription.none')),
  ];
}
