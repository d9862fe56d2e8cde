import {
  findNoHostOffers,
  type HiddenPlace,
  nameDrained,
  nameNoHost,
  readTags,
  warnOfDrained,
  warnOfNoHost,
  writePath,
} from '@renderdeck/domain';
import type { WireHost } from '../procedures/hosts/list-hosts.ts';
import type { WireJob } from './job.ts';

/** A place with its kinds of secrets: `assets[0].src (query key)`. */
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
  /** The short text as a whole sentence, with the consequence. */
  readonly whole: string;
};

/** A warning that no known host may claim the waiting job, or that each is drained; else null. */
export function describeNoHost({
  noHostOffers,
  drainedHosts = null,
  tags,
}: Pick<WireJob, 'noHostOffers' | 'drainedHosts' | 'tags'>): NoHost | null {
  if (drainedHosts !== null)
    return { short: nameDrained(drainedHosts), whole: warnOfDrained(drainedHosts) };
  if (noHostOffers === null) return null;
  return { short: nameNoHost(tags, noHostOffers), whole: warnOfNoHost(tags, noHostOffers) };
}

/**
 * A short warning that no known host offers these tags, for a job that is not submitted yet. `text`
 * is the `tags` of that job. The hosts that offer them may all be drained. Null if the tags are
 * invalid or a host that offers them is not drained. A host is known
 * until it is declared gone or its name is handed over.
 */
export function previewNoHost(text: string, hosts: readonly WireHost[]): string | null {
  const read = readTags(text);
  if (!read.ok) return null;
  const known = hosts.filter(({ gone, released }) => gone === null && released === null);
  const missing = findNoHostOffers(
    read.tags,
    known.map(({ tags }) => tags),
  );
  if (missing !== null) return nameNoHost(read.tags, missing);
  const able = known.filter(({ tags }) => read.tags.every((tag) => tags.includes(tag)));
  if (able.length === 0 || able.some(({ drain }) => drain === null)) return null;
  return nameDrained(able.map(({ name }) => name));
}
