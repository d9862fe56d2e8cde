/*
 * Finds out whether the last thing that the second gate allowed is out, after every process of the
 * attempt has ended and before its parts are removed.
 */
import { allOut, type Publications, withoutMaybe } from '@renderdeck/domain';
import { findOutcome } from '@renderdeck/render-host';
import type { Worker } from '../worker.ts';
import type { Pending } from './parse-entry.ts';

export type Settled = { readonly publications: Publications; readonly allPublished: boolean };

/** What is out. Only what a module sends, or a host can no longer tell, stays a `maybe`. */
export async function settle(
  { log, renderUser }: Pick<Worker, 'log' | 'renderUser'>,
  attemptId: string,
  publications: Publications,
  { move, isLast }: Pending,
): Promise<Settled> {
  const found = move === null ? 'unknown' : await findOutcome(move, renderUser);
  const what = publications.at(-1)?.what;
  log.warn({ attempt: attemptId, what, found }, 'the attempt ended while it published');
  switch (found) {
    case 'published':
      return { publications: allOut(publications), allPublished: isLast };
    case 'none':
      return { publications: withoutMaybe(publications), allPublished: false };
    case 'unknown':
      return { publications, allPublished: false };
  }
}
