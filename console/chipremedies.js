// What can be done about a chip of the strip, where it stands.

import { calls, patch, post, remove } from './api.js';
import { button, el, prose } from './dom.js';
import { summary, worst } from './result.js';
import { restorePath } from './standing.js';
import { attempt, toast } from './toast.js';
import { knows, say } from './words.js';

const METHODS = new Map(Object.entries({ POST: post, PATCH: patch, DELETE: (path) => remove(path) }));

/** The buttons and links of a chip. */
export function remedies(chip) {
  const { remedy } = chip;
  if (!remedy) return [];
  const label = knows(`remedy.${remedy.code}`) ? say(`remedy.${remedy.code}`) : remedy.text;
  const { call } = remedy;
  return [
    call && button(label, (event) => run(event.currentTarget, () => perform(call)), { class: 'small' }),
    remedy.page && el('a', { href: remedy.page }, call ? say('remedy.look') : label),
    !call && !remedy.page && el('span.hint', {}, prose(label)),
    (chip.code === 'token_missing' || chip.code === 'token_removed') && giving(chip.params.app, chip.params.user),
  ].filter(Boolean);
}

/** Connects to every address anew; `learn` gets the status. */
export function probing(learn) {
  return button(say('remedy.probe'), (event) => run(event.currentTarget, async () => learn(await post('/api/status/probe'))), { class: 'small quiet' });
}

/** What helps a user of an app who has no token. `app` is a name or an id; `removed` is one that was removed. */
export function tokenRemedies(app, user, removed) {
  const wish = { event: 'user.create', app, user, wait: true };
  return el('div.actions', {},
    removed && button(say('remedy.token_restore'), (event) => run(event.currentTarget, () => perform({ method: 'POST', path: restorePath(removed) })), { class: 'small' }),
    button(say('remedy.token_create'), (event) => run(event.currentTarget, () => perform({ method: 'POST', path: '/api/webhooks', body: wish })), { class: 'small' }),
    giving(app, user));
}

function giving(app, user) {
  const input = el('input', { type: 'password', autocomplete: 'off', required: true, maxlength: 128, 'aria-label': say('standing.new_token', { app, user }) });
  const submit = (event) => {
    event.preventDefault();
    run(event.submitter, async () => {
      await post('/api/world/tokens', { app, user, token: input.value });
      input.value = '';
      input.blur();
      toast(say('standing.token_set'));
    });
  };
  return el('details.token', {}, el('summary', {}, say('standing.give_token')),
    el('form.inline', { on: { submit } }, input, el('button.small', { type: 'submit' }, say('act.save'))));
}

// One press at a time.
async function run(pressed, act) {
  if (pressed) pressed.disabled = true;
  await attempt(act);
  if (pressed) pressed.disabled = false;
  calls.dispatchEvent(new Event('changed'));
}

async function perform({ method, path, body }) {
  const answer = await METHODS.get(method)(path, body ?? undefined);
  if (path === '/api/webhooks') return tell(answer.deliveries);
  if (path === '/api/deliveries') return tell(answer);
  return toast(say('done'));
}

const tell = (made) => toast(summary(made), { tone: worst(made) });

