import { listSecretTexts } from './job-secrets.ts';
import type { Json } from './json.ts';
import { HIDDEN, hideInText } from './secret-text.ts';

/** Shorter texts occur by chance in any line. */
const MIN_LENGTH = 4;
/** An address or a path of a file. File names and logs contain its last step. */
const PLACE = /^(?:[a-z][a-z0-9+.-]*:[\\/]|[\\/])/i;

/**
 * Replaces a job's secrets and the given texts by `•••` in every line and reason that leaves the
 * render. It also replaces texts that look like a secret, for example a signed address in the
 * answer of a server.
 */
export function createRedactor(
  job: Json,
  secretTexts: readonly string[] = [],
): (text: string) => string {
  // Whole texts first: a form hides only a part of an address, and the rest would stay readable.
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

/**
 * The parts that a log may show alone: each line of a key, the parts of `user:password` and of
 * `Bearer …`, and the steps of an address.
 */
function partsOf(text: string): readonly string[] {
  if (!PLACE.test(text)) return text.split(/^(?:bearer|basic) +|:|\r?\n/i);
  const address = text.replace(/[?#].*/s, '');
  const path = address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  return [address, path, path.replace(/^.*[\\/]/s, '')];
}

/** The text as the job has it, decoded, and as it stands inside JSON. */
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
