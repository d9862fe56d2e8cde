import { HIDDEN, hideInText, type Json, listSecretTexts } from '@renderdeck/domain';

/** Shorter ones occur in any line. */
const MIN_LENGTH = 4;

/**
 * Replaces a job's secrets by `•••` in every line and reason that leaves the render, and what looks
 * like one: an address that a server answered with may be signed, too.
 */
export function createRedactor(job: Record<string, unknown>): (text: string) => string {
  const value: Json = JSON.parse(JSON.stringify(job));
  const texts = new Set(listSecretTexts(value).flatMap(spellings));
  const longestFirst = [...texts]
    .filter((text) => text.length >= MIN_LENGTH)
    .sort((one, other) => other.length - one.length);
  return (text) => {
    let shown = hideInText(text).shown;
    for (const secret of longestFirst) shown = shown.replaceAll(secret, HIDDEN);
    return shown;
  };
}

/**
 * As the job writes it, decoded, and inside JSON; also each line of a key, and the parts of
 * `user:password` and of `Bearer …`.
 */
function spellings(text: string): string[] {
  const parts = [text, ...text.split(/^(?:bearer|basic) +|:|\r?\n/i)];
  return parts.flatMap((part) => [part, decode(part), JSON.stringify(part).slice(1, -1)]);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
