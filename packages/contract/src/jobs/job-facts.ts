import {
  findNoHostOffers,
  type HiddenPlace,
  nameNoHost,
  readTags,
  warnOfNoHost,
  writePath,
} from '@renderdeck/domain';
import type { WireHost } from '../procedures/hosts/list-hosts.ts';
import type { WireJob } from './job.ts';

/** `assets[0].src (query key)`. */
export function describeHiddenPlace({ path, kinds }: HiddenPlace): string {
  return `${writePath(path)} (${kinds.join(', ')})`;
}

/** `2 values hidden`. */
export function countHidden(hidden: readonly HiddenPlace[]): string {
  return `${hidden.length} ${hidden.length === 1 ? 'value' : 'values'} hidden`;
}

type NoHost = {
  /** "No host offers: c4d" */
  readonly short: string;
  /** The same as a sentence, with what follows from it. */
  readonly whole: string;
};

/** Says that no known host may have a job that waits; null where one may. */
export function describeNoHost({
  noHostOffers,
  tags,
}: Pick<WireJob, 'noHostOffers' | 'tags'>): NoHost | null {
  if (noHostOffers === null) return null;
  return { short: nameNoHost(tags, noHostOffers), whole: warnOfNoHost(tags, noHostOffers) };
}

/**
 * The same, short, for a job with this `tags` that is not submitted; null where the text has no
 * proper tags. A host is known until it is declared gone or its name is handed over.
 */
export function previewNoHost(text: string, hosts: readonly WireHost[]): string | null {
  const read = readTags(text);
  if (!read.ok) return null;
  const known = hosts.filter(({ gone, released }) => gone === null && released === null);
  const missing = findNoHostOffers(
    read.tags,
    known.map(({ tags }) => tags),
  );
  return missing === null ? null : nameNoHost(read.tags, missing);
}
