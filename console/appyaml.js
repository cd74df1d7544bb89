// An app as an entry of gateway.yaml.

import { attempt } from './toast.js';
import { button, el, fill } from './dom.js';
import { command } from './lesson.js';
import { read } from './api.js';
import { say } from './words.js';

/** Opens a dialog with the entry. */
export function asYaml(app) {
  const shown = el('div');
  const secrets = el('input', { type: 'checkbox', id: 'yaml-secrets', on: { change: () => draw() } });
  const draw = () => attempt(async () => {
    const { yaml, variables } = await read(`/api/world/apps/${encodeURIComponent(app.id)}/yaml`, { reveal: secrets.checked || null });
    fill(shown, command(yaml.trimEnd()),
      variables.length > 0 && el('p.hint', {}, say('yaml.variables'), ' ', variables.map((name) => [el('code', {}, name), ' '])));
  });
  const dialog = el('dialog', { 'aria-labelledby': 'yaml-title', on: { close: () => dialog.remove() } },
    el('h2', { id: 'yaml-title' }, say('yaml.title', { name: app.name })),
    el('p.hint', {}, say('yaml.means')), shown,
    el('p', {}, el('label', { for: 'yaml-secrets' }, secrets, ' ', say('yaml.secrets'))),
    el('p.actions', {}, button(say('act.close'), () => dialog.close())));
  document.body.append(dialog);
  dialog.showModal();
  draw();
}
