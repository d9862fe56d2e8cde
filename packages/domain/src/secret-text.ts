/*
 * Finds secrets inside a text. Every pattern takes time in proportion to the length of any text: a
 * search that fails is not started again inside the same run of characters.
 */
import { HOOKS, VALUES } from './secret-forms.ts';
import { isSecretName } from './secret-names.ts';

/** The text that is shown in place of a secret. */
export const HIDDEN = '•••';

export type HiddenText = {
  /** The text with HIDDEN in place of each secret. */
  readonly shown: string;
  /** The texts that were hidden. */
  readonly parts: readonly string[];
  /** The kind of each of them, for people: `query key`, `Slack hook`. */
  readonly kinds: readonly string[];
};
type Hide = (part: string, kind: string) => string;
type Range = { readonly start: number; readonly end: number; readonly kind: string };

/** `user:password@`, or a token alone before the `@`. */
const LOGINS = [
  /(?<=[a-z0-9+.-])(:\/\/|:\\\/\\\/)([^\s/?#]+)(@)/gi,
  /(?<![:\w/\\])(\/\/)([^\s/?#@:]+:[^\s/?#@]+)(@)/g,
  /(%3A%2F%2F)((?:(?!%2F|%3F|%23)[^\s/?#&])+?)(%40)/gi,
];
/** A header as one line of text, or in quotes as for curl. */
const HEADER = /(^|["'`])[ \t]*([A-Za-z][\w-]*)[ \t]*(:[ \t]*)(?=[^\s"'`])/gm;
/** `"name": "value"` in a program or in JSON, also in JSON that is a text inside JSON. */
const NAMED =
  /(?<![\w.$-])(\\{0,3}["'`]?)([A-Za-z_$][\w.$-]*)\1[ \t]*(?::=|=>|[:=])[ \t]*(\\{0,3}["'`])/g;
/** `--name value` in a command. */
const OPTION = /(?<![\w-])--?([A-Za-z][\w-]*)[ \t]+(?=[^\s"'`-])/g;

/**
 * A separator, a name and `=`. An encoded separator belongs to an address inside another address.
 */
const BORDER = '%(?:25)*(?:3F|26|23|3B)';
const OUTSIDE = '?&#;,\\s"\'`(){}[\\]<>|';
const PARAMETER = new RegExp(
  `(&amp;|[${OUTSIDE}]|${BORDER}|^)((?:(?!${BORDER}|%(?:25)*3D)[^=${OUTSIDE}])+)(=|%(?:25)*3D)`,
  'gi',
);
/** A quote or bracket before a word character is inside the value. Any other one ends the value. */
const IN_VALUE =
  '[^\\s&#;"\'`<>\\\\]|["\'`<>](?=[\\w%+/~!$*-])|\\\\(?!["\'`])|;(?=\\S)(?![\\w.%-]*=)';
const VALUE = new RegExp(`(?:${IN_VALUE})*`, 'y');
const ENCODED_VALUE = new RegExp(`(?:(?!%(?:25)*(?:26|23))(?:${IN_VALUE}))*`, 'iy');

/** A value of an Authorization header, in any text. */
const SCHEME = /\b(Bearer|Basic)( +|%20|\+)([^\s"',;&]+)/gi;
/** Words that people write after `Basic`, as in `Basic title` and `basic 3D`: they are no login. */
const WORD = /^(?:[A-Za-z]?[a-z]+|[^A-Za-z]*|.{1,3})$/;

const PATH = String.raw`((?:[^\s"'<>?#\\]|\\/)+)`;
const HOOK_PATTERNS = HOOKS.map(([name, shown]) => ({
  kind: `${name} hook`,
  pattern: new RegExp(`(${shown})${PATH}`, 'gi'),
}));
/**
 * Mattermost, Rocket.Chat, n8n and others can run on any host: the random part of their paths is
 * secret.
 */
const HOOK_PATH = new RegExp(String.raw`(/(?:[\w-]*-)?(?:web)?hooks?(?:-test)?\\?/)${PATH}`, 'gi');
const RANDOM = /(?<=^|\/)(?=[^\d/\\]*\d)(?=[^a-z/\\]*[a-z])[\w~=-]{16,}(?=\\?\/|$)/i;
const VALUE_PATTERNS = VALUES.map(([kind, pattern]) => ({
  kind,
  pattern: new RegExp(pattern, 'g'),
}));
/** One search that finds nothing in most texts, before one search for each kind. */
const ANY_HOOK = new RegExp(HOOKS.map(([, shown]) => shown).join('|'), 'i');
const ANY_VALUE = new RegExp(VALUES.map(([, pattern]) => pattern).join('|'));
/** A log repeats a secret without the punctuation that ended its sentence. */
const LAST_PUNCTUATION = /(?<![.,:;!?)\]}])[.,:;!?)\]}]+$/;

/** The text with each secret replaced by HIDDEN, the secrets, and their kinds. */
export function hideInText(text: string): HiddenText {
  const parts = new Set<string>();
  const kinds = new Set<string>();
  const hide: Hide = (part, kind) => {
    if (part === HIDDEN) return HIDDEN;
    parts.add(part).add(part.replace(LAST_PUNCTUATION, ''));
    kinds.add(kind);
    return HIDDEN;
  };
  const steps = [hideHeaders, hideLogins, hideHooks, hideNamed, hideParameters, hideValues];
  const shown = steps.reduce((known, step) => step(known, hide), text);
  parts.delete('');
  return { shown, parts: [...parts], kinds: [...kinds] };
}

function hideHeaders(text: string, hide: Hide): string {
  return hideRanges(text, HEADER, hide, (start, [, quote = '', name = '', colon = '']) => {
    if (!isSecretName(name)) return null;
    const end = quote === '' ? endOfLine(text, start) : endOfQuote(text, start, quote);
    // People also write `Password: …` above a text. In lower case it is a setting.
    const isHeader = /-|^authorization$|cookies?$|^api_?key$/i.test(name);
    const isSetting = /^[a-z]/.test(name) && /^:[ \t]/.test(colon);
    if (!isHeader && !(isSetting && /^\S+\s*$/.test(text.slice(start, end)))) return null;
    return { start, end, kind: `header ${name}` };
  });
}

function hideLogins(text: string, hide: Hide): string {
  return LOGINS.reduce(
    (known, pattern) =>
      known.replace(
        pattern,
        (_all, slashes: string, login: string, at: string) =>
          slashes + hide(login, 'login in an address') + at,
      ),
    text,
  );
}

function hideHooks(text: string, hide: Hide): string {
  const patterns = ANY_HOOK.test(text) ? HOOK_PATTERNS : [];
  const known = patterns.reduce(
    (shown, { kind, pattern }) =>
      shown.replace(pattern, (_all, host: string, path: string) => host + hide(path, kind)),
    text,
  );
  return known.replace(HOOK_PATH, (all: string, start: string, path: string) => {
    const at = path.search(RANDOM);
    return at === -1 ? all : start + path.slice(0, at) + hide(path.slice(at), 'hook');
  });
}

function hideNamed(text: string, hide: Hide): string {
  const named = hideRanges(text, NAMED, hide, (start, [, , name = '', quote = '']) =>
    isSecretName(name)
      ? { start, end: endOfQuote(text, start, quote), kind: `field ${name}` }
      : null,
  );
  return hideRanges(named, OPTION, hide, (start, [, name = '']) => {
    const end = endOfValue(named, start, VALUE);
    // `-pass 1` of ffmpeg is no password.
    if (!isSecretName(name) || /^\d?$/.test(named.slice(start, end))) return null;
    return { start, end, kind: `option ${name}` };
  });
}

/** `name=value` in queries, fragments, forms, connection strings, settings and commands. */
function hideParameters(text: string, hide: Hide): string {
  return hideRanges(text, PARAMETER, hide, (start, [, border = '', name = '', equals]) => {
    const isField = isSecretName(name);
    const mayBeQuery = border === '' || /^[?&#%]/.test(border);
    if (!isField && !(mayBeQuery && isSecretName(name, 'query'))) return null;
    const end = endOfValue(text, start, equals === '=' ? VALUE : ENCODED_VALUE);
    const isQuery = border === '' ? text[end] === '&' : mayBeQuery;
    if (!isField && !isQuery) return null;
    return { start, end, kind: `${isQuery ? 'query' : 'field'} ${name.replace(/^-+/, '')}` };
  });
}

function hideValues(text: string, hide: Hide): string {
  const known = text.replace(SCHEME, (all: string, scheme: string, space: string, value: string) =>
    scheme.toLowerCase() === 'basic' && WORD.test(value)
      ? all
      : scheme + space + hide(value, scheme),
  );
  if (!ANY_VALUE.test(known)) return known;
  return VALUE_PATTERNS.reduce(
    (shown, { kind, pattern }) => shown.replace(pattern, (value) => hide(value, kind)),
    known,
  );
}

/**
 * Hides the ranges that `find` gives for the matches of `pattern`, and continues behind each range.
 */
function hideRanges(
  text: string,
  pattern: RegExp,
  hide: Hide,
  find: (start: number, match: RegExpExecArray) => Range | null,
): string {
  const search = new RegExp(pattern);
  let shown = '';
  let from = 0;
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    const range = find(search.lastIndex, match);
    if (range === null || range.start === range.end) continue;
    shown += text.slice(from, range.start) + hide(text.slice(range.start, range.end), range.kind);
    from = range.end;
    search.lastIndex = from;
  }
  return shown + text.slice(from);
}

/** The end of the value without quotes that begins at `start`. */
function endOfValue(text: string, start: number, value: RegExp): number {
  value.lastIndex = start;
  value.exec(text);
  return value.lastIndex;
}

/** The end of a quoted text: the next quote of the same kind, else the end of the line. */
function endOfQuote(text: string, start: number, quote: string): number {
  let end = text.indexOf(quote, start);
  while (end > start && text[end - 1] === '\\') end = text.indexOf(quote, end + 1);
  const quoted = text.slice(start, end === -1 ? undefined : end);
  return start + endOfLine(quoted, 0);
}

function endOfLine(text: string, start: number): number {
  const end = /[\r\n]/g;
  end.lastIndex = start;
  return end.exec(text)?.index ?? text.length;
}
