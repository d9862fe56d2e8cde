/*
 * Secrets inside a text: what is hidden of it. Every pattern takes time in proportion to the text,
 * whatever it holds: a search that fails is not started again inside the same run of characters.
 */

/** Shown in place of a secret. */
export const HIDDEN = '•••';

const SECRET_NAMES = [
  'credentials?|auth|(.*[-_])?authorization|(set-)?cookies?|bearer|jwt|pass|pwd|passwords|secrets',
  '(.*[-_])?(password|passwd|passphrase|secret|token)',
  '.*(Password|Passphrase|Secret|Token)',
  '.*(api|access|secret|private|account|subscription)[-_]?key(id)?',
  'x-.*-key',
].join('|');
const SECRET_KEY = new RegExp(`^(${SECRET_NAMES})$`, 'i');

/** True for the name of a field or header whose value is a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_KEY.test(name);
}

/** `user:password@`, or a token alone before the `@`. */
const USER_INFO = /(?<=[a-z0-9+.-])(:\/\/)([^\s/?#]+)@/gi;
/** A signed link gives access to everyone who reads it. The same names end with `;` elsewhere. */
const SIGNED = new RegExp(
  `([?&;][^=&;#?\\s]*(?:${[
    'token|signature|secret|password|passwd|pwd|credential|authorization|jwt',
    '(?:api|access|account|subscription)[-_]?key|sig',
  ].join('|')})=)([^&;#\\s]+)`,
  'gi',
);
/** A value of an Authorization header, in whatever it stands. */
const SCHEME = /\b(Bearer|Basic)( +|%20|\+)([^\s"',;&]+)/gi;
/** `Basic` is also a word that people write: `Basic title`, `basic 3D`. */
const WORD = /^(?:[A-Za-z]?[a-z]+|[^A-Za-z]*|.{1,3})$/;
/** A header as one line of text. */
const HEADER_LINE = new RegExp(
  `^([ \\t]*(?:${[
    '(?:proxy-)?authorization|(?:set-)?cookie',
    'x-[\\w-]{0,60}?(?:key|token|secret|password|signature)|api[-_]?key',
  ].join('|')})[ \\t]*:[ \\t]*)(\\S[^\\r\\n]*)`,
  'gim',
);

export type HiddenText = { readonly shown: string; readonly parts: readonly string[] };

/** The text with each secret replaced by HIDDEN, and the secrets. */
export function hideInText(text: string): HiddenText {
  const parts: string[] = [];
  const hide = (part: string) => {
    if (part !== HIDDEN) parts.push(part);
    return HIDDEN;
  };
  const shown = text
    .replace(HEADER_LINE, (_all, name: string, value: string) => name + hide(value))
    .replace(USER_INFO, (_all, slashes: string, user: string) => `${slashes}${hide(user)}@`)
    .replace(SIGNED, (_all, name: string, value: string) => name + hide(value))
    .replace(SCHEME, (all: string, scheme: string, space: string, value: string) =>
      scheme.toLowerCase() === 'basic' && WORD.test(value) ? all : scheme + space + hide(value),
    );
  return { shown, parts };
}
