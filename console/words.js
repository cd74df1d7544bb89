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
let days;

/** The language in use: `en` or `ru`. */
export let language;

/** Chooses the language that was saved, else the browser's. */
export function speak() {
  const wanted = settings.get('language') ?? navigator.language.slice(0, 2);
  language = TONGUES.has(wanted) ? wanted : 'en';
  words = TONGUES.get(language);
  plural = new Intl.PluralRules(language);
  number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  days = new Intl.DateTimeFormat(language === 'ru' ? 'ru' : 'en-GB', { day: 'numeric', month: 'short' });
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

/** An exchange's number as the language writes it. */
export const numbered = (id) => say('number', { id: String(id) });

/** A number as the language writes it. */
export const count = (value) => number.format(value);

/** Milliseconds as people read them. */
export function duration(ms) {
  if (ms < 0.01) return say('time.ms', { value: `<${number.format(0.1)}` });
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
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'));
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** The day, as `29 Nov`. */
export const day = (at) => days.format(new Date(at));

/** Whether a moment is of this day. */
export const isToday = (at) => new Date(at).toDateString() === new Date().toDateString();

/** Day and time. */
export const stamp = (at) => new Date(at).toLocaleString(language === 'ru' ? 'ru' : 'en-GB');

function shown(value) {
  if (value === undefined || value === null) return '';
  return typeof value === 'number' ? number.format(value) : String(value);
}
