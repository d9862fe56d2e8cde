import {
  CODE_WORDS,
  ENDINGS,
  HARMLESS_BEFORE,
  KEY_WORDS,
  LAST_WORDS,
  LOGIN_WORDS,
  QUERY_LAST_WORDS,
  QUERY_NAMES,
  SHORT_ENDINGS,
  SILENT_WORDS,
  TOKEN_WORDS,
} from './secret-forms.ts';

/** Where a name stands: a field of a job, or a query, a fragment or a header. */
export type NamePlace = 'field' | 'query';

/** Only the end of a name decides, so the beginning of a longer name is not read. */
const MAX_LENGTH = 200;
const PAIRED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['key', KEY_WORDS],
  ['keys', KEY_WORDS],
  ['code', CODE_WORDS],
  ['codes', CODE_WORDS],
  ['tokens', TOKEN_WORDS],
]);
const LOGIN_ENDINGS: ReadonlySet<string> = new Set(
  LOGIN_WORDS.flatMap((login) => SHORT_ENDINGS.map((ending) => login + ending)),
);

/** True for the name of a field, a parameter or a header whose value is a secret. */
export function isSecretName(name: string, place: NamePlace = 'field'): boolean {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined) return false;
  const before = words.at(-2) ?? '';
  const joined = words.join('');
  if (place === 'query' && (QUERY_NAMES.has(joined) || QUERY_LAST_WORDS.has(last))) return true;
  if (HARMLESS_BEFORE.get(last)?.has(before)) return false;
  if (PAIRED.get(last)?.has(before) || (last === 'id' && isKey(words.slice(0, -1)))) return true;
  if (words[0] === 'x' && (last === 'key' || last === 'signature')) return true;
  return (
    LAST_WORDS.has(last) ||
    LOGIN_ENDINGS.has(last) ||
    ENDINGS.some((ending) => last.endsWith(ending) || joined.endsWith(ending))
  );
}

/** Names such as `accessKeyId` too, because the id is given together with the key. */
function isKey(words: readonly string[]): boolean {
  return words.at(-1) === 'key' && KEY_WORDS.has(words.at(-2) ?? '');
}

/** The words of a name in lower case, without words at its end that are ignored. */
function wordsOf(name: string): readonly string[] {
  const words = decode(name.slice(-MAX_LENGTH))
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const end = words.findLastIndex((word) => !SILENT_WORDS.has(word) && !/^v?\d+$/.test(word));
  return words.slice(0, end + 1).map((word) => word.replace(/(?<!\d)\d+$/, ''));
}

function decode(name: string): string {
  return name.replace(/%([0-7][\da-f])/gi, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
