import { listSecretTexts } from './job-secrets.ts';
import type { Json } from './json.ts';
import { HIDDEN, hideInText } from './secret-text.ts';

/** Shorter ones occur in any line. */
const MIN_LENGTH = 4;
/** An address or a path of a file: its last step is in the names of files and in logs. */
const PLACE = /^(?:[a-z][a-z0-9+.-]*:[\\/]|[\\/])/i;

/**
 * Replaces a job's secrets and the given texts by `•••` in every line and reason that leaves the
 * render, and what looks like a secret: an address that a server answered with may be signed, too.
 */
export function createRedactor(
  job: Json,
  secretTexts: readonly string[] = [],
): (text: string) => string {
  // Whole first: what the forms hide inside of an address would keep the rest of it readable.
  const whole = longestFirst(secretTexts.flatMap(spellings));
  const texts = [...listSecretTexts(job), ...secretTexts];
  const parts = longestFirst(texts.flatMap((text) => [text, ...partsOf(text)]).flatMap(spellings));
  return (text) => hideTexts(hideInText(hideTexts(text, whole)).shown, parts);
}

function hideTexts(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
}

function longestFirst(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
    .filter((text) => text.length >= MIN_LENGTH && text !== HIDDEN)
    .sort((one, other) => other.length - one.length);
}

/** Each line of a key, the parts of `user:password` and of `Bearer …`; the steps of an address. */
function partsOf(text: string): readonly string[] {
  if (!PLACE.test(text)) return text.split(/^(?:bearer|basic) +|:|\r?\n/i);
  const address = text.replace(/[?#].*/s, '');
  const path = address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  return [address, path, path.replace(/^.*[\\/]/s, '')];
}

/** As the job writes it, decoded, and inside JSON. */
function spellings(text: string): readonly string[] {
  return [text, decode(text), JSON.stringify(text).slice(1, -1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
