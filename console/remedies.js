// What can be done about a refusal or a failure, where it is shown. All of it changes the simulated world,
// which the next request already meets.

import { ask } from './ask.js';
import { attempt, toast } from './toast.js';
import { button, el, fill } from './dom.js';
import { entry } from './entry.js';
import { patch, post, read } from './api.js';
import { replay } from './replay.js';
import { restorePath } from './standing.js';
import { say } from './words.js';

const UNREACHED = new Set(['partner_dns', 'partner_unreachable', 'partner_tls', 'partner_reset', 'partner_timeout', 'partner_protocol']);

/** The buttons for an exchange, or null where nothing on this page helps. */
export function remedies(shown) {
  const made = OF.get(shown.code)?.(shown) ?? (UNREACHED.has(shown.code) ? unreached(shown) : null);
  if (!made) return null;
  const node = el('p.actions.remedies', { role: 'group', 'aria-label': say('remedy.title') });
  const done = (said) => {
    const again = shown.plane === 'proxy' && button(say('remedy.again'), () => replay(shown, 'app'), { class: 'primary' });
    toast(said);
    fill(node, el('span.mark.pass', { tabindex: -1 }, `✓ ${said}`), again);
    (again || node.firstChild).focus();
  };
  const one = ([label, act, means]) => button(label, () => act(done), { title: means ?? null });
  return fill(node, made.map(one));
}

const OF = new Map(Object.entries({
  url_not_allowed: ({ app, explanation }) => explanation?.suggestion && [
    [say('remedy.allow'), (done) => attempt(async () => {
      await changed(app, ({ allow }) => ({ allow: [...allow, explanation.suggestion] }));
      done(say('remedy.allowed'));
    }), say('remedy.until_reset')],
  ],
  app_not_installed: ({ app, user }) => app && user && [
    [say('standing.install'), (done) => attempt(async () => {
      await post('/api/world/installations?wait=true', { app, user });
      done(say('standing.installed'));
    })],
  ],
  token_missing: ({ app, user, removed_token }) => app && user && [
    ...(removed_token ? [[say('remedy.token_restore'), (done) => attempt(async () => {
      await post(restorePath(removed_token));
      done(say('standing.token_restored'));
    })]] : []),
    [say('remedy.ask_token'), (done) => attempt(async () => {
      const { deliveries } = await post('/api/webhooks', { event: 'user.create', app, user, wait: true });
      if (deliveries[0]?.verdict === 'fail' || deliveries[0]?.status !== 200) throw new Error(say('remedy.no_token'));
      done(say('standing.token_set'));
    })],
    [say('standing.give_token'), (done) => ask({
      title: say('standing.new_token', { app, user }), label: say('standing.token'), secret: true,
      act: async (token) => {
        await post('/api/world/tokens', { app: (await named(app)).id, user, token });
        return () => done(say('standing.token_set'));
      },
    })],
  ],
  device_unknown: (shown) => [[say('remedy.terminal'), (done) => attempt(() => terminal(shown, done))]],
}));

// Where requests for an origin go; of a webhook, the service's own address.
function unreached({ app, plane, url, to }) {
  if (!app) return null;
  const { origin } = new URL(url);
  const change = (wanted) => (plane === 'webhook' ? () => ({ webhooks: { url: wanted } })
    : ({ upstreams }) => ({ upstreams: { ...upstreams, [origin]: { ...upstreams[origin], url: wanted } } }));
  const value = async () => (plane === 'webhook' ? (await named(app)).webhooks?.url : to) ?? origin;
  return [[say('remedy.upstream'), (done) => attempt(async () => ask({
    title: plane === 'webhook' ? say('remedy.upstream.webhook', { app }) : say('remedy.upstream.of', { app, origin }),
    label: 'URL', value: await value(),
    act: async (wanted) => {
      await changed(app, change(wanted));
      return () => done(say('remedy.upstream.set', { to: wanted }));
    },
  }))]];
}

// The form of a terminal, with what the request says of it.
async function terminal({ stages }, done) {
  const { users } = await read('/api/world');
  const stores = users.flatMap((user) => user.stores).map((store) => [store.uuid, store.name]);
  const said = (name) => stages.asked?.fields.find((field) => field.name.toLowerCase() === name)?.value;
  entry('devices', null, { stores, given: { uuid: said('x-device-uuid'), imei: said('x-device-imei') ?? said('x-device-id') } },
    async () => done(say('world.saved')));
}

async function changed(app, change) {
  const held = await named(app);
  await patch(`/api/world/apps/${encodeURIComponent(held.id)}`, change(held));
}

async function named(name) {
  const { apps } = await read('/api/world');
  return apps.find((app) => app.name === name) ?? { id: name, allow: [], upstreams: {} };
}
