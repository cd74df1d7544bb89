// What somebody may stand before: every view, and what can be opened in it. `states` leads to each of them
// from any other without loading the page anew.
const { say } = await import('/console/words.js');

const { exchanges } = await (await fetch('/api/exchanges')).json();
const webhook = (event) => exchanges.find((row) => row.event === event).id;

const one = (selector) => document.querySelector(selector);
const until = async (found) => {
  const end = performance.now() + 25_000;
  for (;;) {
    const value = found();
    if (value) return value;
    if (performance.now() > end) throw new Error(`not in time: ${found}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
};
const press = async (key, within = 'body') => (await until(() => [...document.querySelectorAll(`${within} button, ${within} a, ${within} [role=menuitem]`)]
  .find((button) => button.textContent.trim() === say(key) || button.getAttribute('aria-label') === say(key)))).click();

// What comes late has come when nothing changes any more.
const settled = () => new Promise((done) => {
  const [begun, breath] = [performance.now(), 90];
  let timer = setTimeout(done, breath);
  const watcher = new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(done, performance.now() - begun > 2000 ? 0 : breath);
  });
  watcher.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
});

const at = (hash, ...selectors) => async () => {
  location.hash = hash;
  for (const selector of selectors) await until(() => one(selector));
};
const then = (first, ...acts) => async () => {
  await first();
  for (const act of acts) await act();
};

const timeline = at('#/timeline', '.row');
const exchange = at('#/exchange/1', '.sentence', '.bodies');
const tab = (name) => then(exchange, () => one(`#tab-${name}`).click());
const webhooks = (name) => `#/webhooks/documents?tab=${name}`;
const world = at('#/world', '.card.app');
const form = (key) => then(world, () => press(key), () => until(() => one('dialog[open] form')));
const faults = at('#/faults', 'form.card', '#breakpoints-now');

window.states = {
  list: timeline,
  'compact list': then(timeline, () => press('timeline.more', '.flowtools'), () => press('act.compact')),
  'chosen row': then(timeline, () => one('.row').parentElement.parentElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))),
  'completions': then(timeline, async () => {
    one('#filter').focus();
    document.execCommand('insertText', false, 'stat');
    await until(() => one('.completions li'));
  }),
  'mistaken filter': at('#/timeline?filter=nosuch%3A1', '.mistake:not(:empty)'),
  'empty list': at('#/timeline?filter=path%3Anothing', '.lesson'),
  'menu of the list': then(timeline, () => press('timeline.more', '.flowtools')),
  'menu of themes': then(timeline, () => press('shell.theme')),
  exchange,
  'refused exchange': at('#/exchange/3', '.sentence.bad', '.explained'),
  'request flow': then(exchange, () => { one('.flowing').open = true; }),
  headers: tab('headers'),
  timing: tab('timing'),
  raw: tab('raw'),
  verdict: at(`#/exchange/${webhook('user.create')}?tab=verdict`, '.judgement, .findings'),
  'menu of an exchange': then(exchange, () => press('act.more', '.detail')),
  'webhook exchange': at(`#/exchange/${webhook('documents')}`, '.delivery .line', '.bodies'),
  'missing exchange': at('#/exchange/99999', '.detail .trouble'),
  comment: then(exchange, () => press('act.more', '.detail'), () => press('mark.write'), () => until(() => one('dialog[open] form'))),
  editor: then(exchange, () => press('act.more', '.detail'), () => press('act.edit'), () => until(() => one('dialog.editor[open]'))),
  'candidates to compare': at('#/compare/1', '.plain li a'),
  compare: at('#/compare/1/3', '.compared'),
  errors: at('#/errors', '.errors tbody tr'),
  send: at('#/webhooks/user.create', 'table.payload tbody tr'),
  sent: then(at('#/webhooks/user.create', 'table.payload tbody tr'), () => press('trigger.send', '.form'), () => until(() => one('article.sent'))),
  deliveries: at(webhooks('deliveries'), '.deliveries .opener'),
  attempts: then(at(webhooks('deliveries'), '.deliveries .opener'), async () => {
    if (one('.opener').getAttribute('aria-expanded') === 'false') one('.opener').click();
    await until(() => one('.attempts .tries'));
  }),
  scenarios: at(webhooks('scenarios'), '.scenarios article'),
  terminal: at(webhooks('terminal'), '#terminal-title'),
  world,
  'given token': then(world, () => { one('.token').open = true; }),
  'form of a user': form('world.add.users'),
  'form of a store': form('world.add.stores'),
  'form of a terminal': form('world.add.devices'),
  'form of an employee': form('world.add.employees'),
  'form of an app': form('world.add.apps'),
  'app as YAML': then(world, async () => {
    [...document.querySelectorAll('.app button')].find((button) => button.textContent === say('yaml.show')).click();
    await until(() => one('dialog[open] pre'));
  }),
  removal: then(world, async () => {
    [...document.querySelectorAll('.user button')].find((button) => button.textContent === say('act.delete')).click();
    await until(() => one('dialog[open] .danger'));
  }),
  faults,
  'fault of every kind': then(faults, async () => {
    for (const kind of one('[data-choice=kind]').options) {
      one('[data-choice=kind]').value = kind.value;
      one('[data-choice=kind]').dispatchEvent(new Event('change'));
    }
  }),
  'fault of webhooks': then(faults, () => {
    one('[data-choice=plane]').value = 'webhook';
    one('[data-choice=plane]').dispatchEvent(new Event('change'));
  }),
  'wrong fault': then(faults, () => {
    Object.assign(one('[data-name=p]'), { value: '7' }).dispatchEvent(new Event('input'));
    one('form.card').requestSubmit();
  }, () => until(() => one('[aria-invalid=true]'))),
  rules: at('#/rules', '.patterns'),
  'tested URL': at('#/rules?url=https://loyalty.example.ru/v2', '.found > *'),
  connect: at('#/connect', '.steps'),
  'self test': then(at('#/connect', '.steps'), () => press('connect.self'), () => until(() => one('[role=status] .mark'))),
  keys: then(timeline, () => press('keys.title'), () => until(() => one('dialog[open] .keys'))),
  'behind a chip': then(at('#/rules', '[data-chip=upstream]'), () => one('[data-chip=upstream]').click(), () => until(() => one('.behind:not([hidden]) li'))),
};

/** Leads to a state, with nothing left open of the one before. */
window.stand = async (name) => {
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
  for (const opener of document.querySelectorAll('[aria-haspopup=menu][aria-expanded=true]')) opener.click();
  one('[data-chip][aria-expanded=true]')?.click();
  one('.toast')?.remove();
  if (one('.compact')) {
    await press('timeline.more', '.flowtools');
    await press('act.compact');
  }
  document.activeElement?.blur();
  // A view that was left begins anew.
  if (location.hash !== '#/connect') await at('#/connect', '.authority')();
  await states[name]();
  await settled();
};
return Object.keys(states);
