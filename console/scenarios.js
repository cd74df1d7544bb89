// Documented sequences of events, walked through.

import { attempt } from './toast.js';
import { button, el, fill, prose } from './dom.js';
import { result as delivered } from './result.js';
import { post, read } from './api.js';
import { duration, knows, say } from './words.js';

/** The list; `ran` is told when one has ended. */
export function scenarios(ran) {
  const place = el('div.scenarios');
  read('/api/scenarios').then(
    (list) => fill(place, list.map((one) => scenario(one, ran))),
    (error) => fill(place, el('p.trouble', {}, prose(error.message))));
  return el('section', { 'aria-labelledby': 'scenarios-title' }, el('h2', { id: 'scenarios-title' }, say('scenarios.title')),
    el('p.hint', {}, say('scenarios.means')), place);
}

function scenario(one, ran) {
  const result = el('div', { role: 'status' });
  const run = button(say('scenarios.run'), () => attempt(async () => {
    run.disabled = true;
    fill(result, say('scenarios.running'));
    try {
      fill(result, report(await post(`/api/scenarios/${one.name}`)));
    } catch (error) {
      fill(result);
      throw error;
    } finally {
      run.disabled = false;
      ran();
    }
  }), { 'aria-label': `${say('scenarios.run')}: ${one.name}` });
  const key = `scenario.${one.name}`;
  return el('article.card', {}, el('h3', {}, one.name, ' ', run), el('p', {}, knows(key) ? say(key) : one.title),
    el('details', {}, el('summary', {}, say('scenarios.steps', { n: one.steps.length })),
      el('ol', {}, one.steps.map((step) => el('li', {}, step)))),
    result);
}

function report(made) {
  const one = (step) => el('li', {}, el('span', {}, step.because),
    step.advanced && ` · +${duration(step.advanced * 1000)}`,
    step.note && el('p.hint', {}, prose(step.note)),
    step.delivery && delivered(step.delivery),
    step.stopped && el('p.trouble', {}, step.stopped));
  return [
    el('p', {}, made.passed ? el('span.mark.pass', {}, `✓ ${say('scenarios.passed')}`) : el('span.mark.fail', {}, `✕ ${say('scenarios.failed')}`)),
    el('ol.report', {}, made.steps.map(one)),
  ];
}
