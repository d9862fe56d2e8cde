/*
 * What an attempt puts out: its outputs, and what modules that leave the host put out. An attempt
 * puts one thing out after the other, so only the last one can be uncertain.
 */
import type { Output } from './job.ts';
import { listOf, type Of, object, oneOf, TEXT } from './shape.ts';

/**
 * maybe: the second gate said yes, and nobody knows more. published: it is out. skipped: an earlier
 * attempt had put it out, so this attempt did not.
 */
const STATES = ['maybe', 'published', 'skipped'] as const;

export const PUBLICATIONS = listOf(
  object({
    /** The final path of an output, or the name of a module that leaves the host. */
    what: TEXT,
    state: oneOf(STATES),
  }),
);
/** What one attempt puts out, in order. */
export type Publications = Of<typeof PUBLICATIONS>;

/** How much the attempt itself has put out. */
export function outputOf(publications: Publications): Output {
  const has = (wanted: (typeof STATES)[number]) =>
    publications.some(({ state }) => state === wanted);
  if (has('published')) return 'published';
  return has('maybe') ? 'maybe' : 'none';
}

/**
 * The publications after the second gate said yes. What was allowed before is out by now. A second
 * yes for a thing that is not out yet adds nothing: the first yes counted for a short time only.
 */
export function withAllowed(publications: Publications, what: string): Publications {
  const last = publications.at(-1);
  if (last?.what === what && last.state === 'maybe') return publications;
  return [...allOut(publications), { what, state: 'maybe' }];
}

export function withSkipped(publications: Publications, what: string): Publications {
  return [...allOut(publications), { what, state: 'skipped' }];
}

/** The publications when all that was allowed is out. */
export function allOut(publications: Publications): Publications {
  return publications.map((one) =>
    one.state === 'maybe' ? { what: one.what, state: 'published' } : one,
  );
}

/** The publications when the last thing that was allowed is not out. */
export function withoutMaybe(publications: Publications): Publications {
  return publications.filter(({ state }) => state !== 'maybe');
}

/** How often the attempt has put this out, or may have. One job may put a path out twice. */
export function timesOut(publications: Publications, what: string): number {
  return publications.filter((one) => one.what === what && one.state !== 'skipped').length;
}

/** What these attempts have put out for certain, each thing once, in the order of the attempts. */
export function publishedBy(
  attempts: readonly { readonly publications: Publications }[],
): readonly string[] {
  const out = attempts.flatMap(({ publications }) =>
    publications.filter(({ state }) => state === 'published').map(({ what }) => what),
  );
  return [...new Set(out)];
}
