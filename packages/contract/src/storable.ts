/** Deeper than any real job, and a depth that every part of the farm can handle. */
const MAX_DEPTH = 100;

/** True for text that PostgreSQL can store: it has no NUL and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/**
 * Why a JSON value cannot be stored: a text or field name that is not storable, a number that JSON
 * can write but no program can hold, or too many levels. Null if it can be stored.
 */
export function whyNotStorable(value: unknown): string | null {
  for (let [level, depth]: [unknown[], number] = [[value], 0]; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return `It has more than ${MAX_DEPTH} levels.`;
    const texts = level.flatMap((item) =>
      typeof item === 'string'
        ? [item]
        : isObject(item) && !Array.isArray(item)
          ? Object.keys(item)
          : [],
    );
    if (!texts.every(isStorable)) return NOT_STORABLE;
    if (level.some((item) => item === Infinity || item === -Infinity)) return TOO_LARGE;
    level = level.filter(isObject).flatMap((item) => Object.values(item));
  }
  return null;
}

/** JavaScript reads `1e400` as Infinity, and JSON would store that as null. */
export const TOO_LARGE =
  `A number is at most ${Number.MAX_VALUE} and at least -${Number.MAX_VALUE}; ` +
  'one of the job is beyond, such as 1e400. Write it as text.';

export const NOT_STORABLE = 'A text may hold neither NUL (U+0000) nor half of a surrogate pair.';

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
