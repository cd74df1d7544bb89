// Words for bash and zsh, whatever they hold.

const BARE = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;
// Beside control characters: what is not seen, breaks a line or turns the direction of writing.
const UNSEEN = '\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}';
const HIDDEN = new RegExp(`[\\p{Cc}${UNSEEN}]`, 'u');
// fish reads a backslash even between quotes; `$'` it refuses, the whole line with it.
const SPECIAL = new RegExp(`[\\\\\\p{Cc}${UNSEEN}]`, 'u');
// An interactive shell looks for history even here.
const ESCAPED = new RegExp(`['!\\\\\\p{Cc}${UNSEEN}]`, 'gu');
const SHORT = new Map([['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t'], ['\\', '\\\\']]);

/** Whether a text holds what a reader does not see. */
export const isHidden = (text) => HIDDEN.test(text);

/** A text as one word. A shell that does not know `$'…'` reads another one, and runs nothing of it. */
export function word(text) {
  if (BARE.test(text)) return text;
  if (!SPECIAL.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${text.replace(ESCAPED, (sign) => SHORT.get(sign) ?? escaped(sign))}'`;
}

function escaped(sign) {
  const octets = Array.from(new TextEncoder().encode(sign));
  return octets.map((octet) => `\\x${octet.toString(16).padStart(2, '0')}`).join('');
}
