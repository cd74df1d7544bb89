// What the page says, in the language of its reader.

import en from './words/en.js';
import ru from './words/ru.js';
import { settings } from './settings.js';

// Keys are made of what the gateway says, which may be any word: only a map has none of its own.
const ENGLISH = new Map(Object.entries(en));
const TONGUES = new Map([['en', ENGLISH], ['ru', new Map(Object.entries(ru))]]);

let words;
let plural;
let number;

/** The language in use: `en` or `ru`. */
export let language;

/** Chooses the language that was saved, else the browser's. */
export function speak() {
  const wanted = settings.get('language') ?? navigator.language.slice(0, 2);
  language = TONGUES.has(wanted) ? wanted : 'en';
  words = TONGUES.get(language);
  plural = new Intl.PluralRules(language);
  number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  document.documentElement.lang = language;
}

/** The text of a key. `{n}` chooses the plural form and is written as a number of the language. */
export function say(key, values = {}) {
  const found = words.get(key) ?? ENGLISH.get(key) ?? key;
  const form = typeof found === 'string' ? found : (found[plural.select(values.n)] ?? found.other);
  return form.replace(/\{(\w+)\}/g, (_, name) => (Object.hasOwn(values, name) ? shown(values[name]) : ''));
}

/** Whether there are words for a key. */
export const knows = (key) => words.has(key);

/** A number as the language writes it. */
export const count = (value) => number.format(value);

/** Milliseconds as people read them. */
export function duration(ms) {
  if (ms < 1) return say('time.ms', { value: number.format(Math.round(ms * 100) / 100) });
  if (ms < 1000) return say('time.ms', { value: number.format(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)) });
  if (ms < 120_000) return say('time.s', { value: number.format(ms / 1000) });
  if (ms < 7_200_000) return say('time.min', { value: number.format(Math.round(ms / 60_000)) });
  if (ms < 172_800_000) return say('time.h', { value: number.format(Math.round(ms / 3_600_000)) });
  return say('time.d', { value: number.format(Math.round(ms / 86_400_000)) });
}

/** Bytes as people read them. */
export function bytes(value) {
  if (value < 1024) return say('size.b', { n: value });
  if (value < 1024 * 1024) return say('size.kib', { value: number.format(value / 1024) });
  return say('size.mib', { value: number.format(value / 1024 / 1024) });
}

/** The time of day with milliseconds. */
export function moment(at) {
  const date = new Date(at);
  return `${date.toLocaleTimeString('ru', { hour12: false })}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Day and time. */
export const stamp = (at) => new Date(at).toLocaleString(language === 'ru' ? 'ru' : 'en-GB');

function shown(value) {
  if (value === undefined || value === null) return '';
  return typeof value === 'number' ? number.format(value) : String(value);
}
