// The simulated world: whose stores, devices and employees there are, and what each app has of a user.

import { asYaml } from './appyaml.js';
import { attempt, toast } from './toast.js';
import { button, el, fill, prose, refill } from './dom.js';
import { entry, removal } from './entry.js';
import { address, note } from './route.js';
import { post, read } from './api.js';
import { say, stamp } from './words.js';
import { restorePath, standing } from './standing.js';

/** The view. */
export class World {
  constructor() {
    this.place = el('div', { tabindex: -1 });
    this.node = el('div.page.wide', {}, el('h1', {}, say('view.world')), el('p.hint', {}, say('world.means')), this.place);
    this.ready = this.load();
  }

  /** `#/world/apps/ID` opens the app's form. */
  visit(at) {
    const [kind, id] = at.parts;
    if (kind === 'apps' && id) this.ready.then((world) => this.#change(world, id));
    return true;
  }

  #change(world, id) {
    note(address('world'));
    const app = world?.apps.find((one) => one.id === id);
    if (app) entry('apps', app, {}, () => this.load());
  }

  close() {}

  async load() {
    try {
      const world = await read('/api/world');
      this.#draw(world);
      return world;
    } catch (error) {
      fill(this.place, el('p.trouble', { role: 'alert' }, prose(error.message)));
      return null;
    }
  }

  #draw(world) {
    const refs = {
      users: world.users.map((user) => [user.id, user.id]),
      stores: world.users.flatMap((user) => user.stores).map((store) => [store.uuid, store.name]),
    };
    const add = (kind, given = {}) => button(say(`world.add.${kind}`), () => entry(kind, null, { ...refs, given }, () => this.load()), { class: 'quiet' });
    refill(this.place,
      waiting(world.waiting ?? []),
      el('section', { 'aria-labelledby': 'people' },
        el('div.titled', {}, el('h2', { id: 'people' }, say('world.users')), add('users')),
        world.users.length > 0 ? world.users.map((user) => this.#user(user, refs, add)) : el('p.empty', {}, say('world.nobody'))),
      el('section', { 'aria-labelledby': 'apps' },
        el('div.titled', {}, el('h2', { id: 'apps' }, say('world.apps')), add('apps')),
        world.apps.map((app) => this.#app(app))),
      this.#removed(world.removed));
  }

  #user(user, refs, add) {
    return el('article.card.user', {},
      el('header.titled', {}, el('h3', {}, el('code', {}, user.id), origin(user)), this.#acts('users', user, user.id, refs)),
      user.stores.map((store) => this.#store(store, refs, add)),
      el('p', {}, add('stores', { user: user.id })));
  }

  #store(store, refs, add) {
    return el('section.store', { 'aria-label': store.name },
      el('header.titled', {}, el('h4', {}, store.name, origin(store)), this.#acts('stores', store, store.uuid, refs)),
      el('p.hint', {}, [store.address, store.uuid].filter(Boolean).join(' · ')),
      el('div.lists', {},
        this.#list('devices', store.devices, (one) => [el('b', {}, one.name), one.default && el('span.tag', {}, say('world.default')),
          el('span.hint', {}, [one.imei && `IMEI ${one.imei}`, one.uuid].filter(Boolean).join(' · '))], refs, add, { store: store.uuid }),
        this.#list('employees', store.employees, (one) => [el('b', {}, [one.last_name, one.name, one.patronymic_name].filter(Boolean).join(' ')), ' ', one.role,
          el('span.hint', {}, [one.phone, one.uuid].filter(Boolean).join(' · '))], refs, add, { stores: [store.uuid] })));
  }

  #list(kind, entries, draw, refs, add, given) {
    return el('div', {}, el('h5', {}, say(`world.${kind}`)),
      el('ul.plain', {}, entries.map((one) => el('li', {}, el('div', {}, draw(one), origin(one)), this.#acts(kind, one, one.uuid, refs)))),
      el('p', {}, add(kind, given)));
  }

  #acts(kind, one, id, refs) {
    const name = kind === 'users' ? id : one.name;
    return el('span.acts', {},
      kind === 'apps' && button(say('yaml.show'), () => asYaml(one), { class: 'quiet small', 'aria-label': `${say('yaml.show')}: ${name}` }),
      kind !== 'users' && button(say('act.change'), () => entry(kind, one, refs, () => this.load()), { class: 'quiet small', 'aria-label': `${say('act.change')}: ${name}` }),
      button(say('act.delete'), () => this.#remove(kind, id, name), { class: 'quiet small', 'aria-label': `${say('act.delete')}: ${name}` }));
  }

  async #remove(kind, id, name) {
    const made = await attempt(() => removal(kind, id, name));
    if (!made) return;
    toast(say('world.removed', { name }), { act: [say('act.undo'), () => this.#restore(kind, id, name)] });
    await this.load();
    this.place.focus();
  }

  async #restore(kind, id, name) {
    const made = await attempt(() => post(kind === 'tokens' ? restorePath(whose(id)) : `/api/world/${kind}/${encodeURIComponent(id)}/restore`));
    if (!made) return;
    toast(say('world.restored', { name }));
    await this.load();
    this.place.focus();
  }

  // What was removed here and can be brought back, the latest first.
  #removed(rows) {
    const name = (one) => one.name || one.id;
    return rows.length > 0 && el('section.card', { 'aria-labelledby': 'removed' }, el('h2', { id: 'removed' }, say('world.gone')),
      el('p.hint', {}, say('world.gone.means')),
      el('ul.plain', {}, rows.toReversed().map((one) => el('li', {},
        el('div', {}, el('b', {}, name(one)), one.in_file && el('span.tag', {}, say('world.gone.in_file')),
          el('span.hint', {}, [one.at && stamp(one.at), one.with.length > 0 && say('world.gone.with', { n: one.with.length }), one.id].filter(Boolean).join(' · '))),
        el('span.acts', {}, button(say('act.restore'), () => this.#restore(`${one.kind}s`, one.id, name(one)), { class: 'small', 'aria-label': `${say('act.restore')}: ${name(one)}` }))))));
  }

  #app(app) {
    const facts = [
      ['world.proxy', app.proxy], ['world.base_url', app.base_url], ['world.allow_origins', [app.allow_origins ?? []].flat().join('\n')], ['world.webhooks', app.webhooks?.url],
      ['world.authorization', typeof app.authorization === 'string' ? app.authorization : app.authorization.masked],
      ['world.allow', app.allow.join('\n')],
      ['world.upstreams', Object.entries(app.upstreams ?? {}).map(([from, to]) => `${from} → ${to.url}`).join('\n')],
    ].filter(([, value]) => value);
    return el('article.card.app', {},
      el('header.titled', {}, el('h3', {}, app.name, app.default && el('span.tag', {}, say('world.default')), origin(app)), this.#acts('apps', app, app.id, {})),
      el('dl.facts', {}, facts.map(([key, value]) => el('div', {}, el('dt', {}, say(key)), el('dd', {}, el('code', {}, value))))),
      app.users.map((one) => standing(app, one, () => this.load())));
  }
}

// A token is an app's and a user's.
function whose(id) {
  const at = id.indexOf('/');
  return { app: id.slice(0, at), user: id.slice(at + 1) };
}

// Where an entry is from, where that is not the file.
function origin(one) {
  return one.origin && one.origin !== 'file' && el('span.tag', { title: say(`origin.${one.origin}.means`) }, say(`origin.${one.origin}`));
}

function waiting(rows) {
  return rows.length > 0 && el('section.card.warned', { 'aria-labelledby': 'waiting' }, el('h2', { id: 'waiting' }, say('world.waiting')),
    el('ul', {}, rows.map((one) => el('li', {}, el('code', {}, `${one.kind} ${one.id}`), ' ', el('span', {}, prose([one.why, one.hint].filter(Boolean).join(' ')))))));
}
