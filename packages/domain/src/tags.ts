/**
 * What a job needs of its host beyond a renderer: a host may claim a job if it offers all tags of
 * the job. The number and length of tags are limited, because an index holds them.
 */
export const TAG_LIMITS = { ofJob: 16, ofHost: 64, length: 32 } as const;

/**
 * Letters, digits and signs that sort behind the comma. So joined sets of tags sort in the order of
 * their tags, and a claim can skip all sets with a tag that the host does not offer.
 */
const TAG = /^(?!.*[\u{d800}-\u{10ffff}])[\p{L}\p{N}._:/@=~-]+$/u;

export type ReadTags =
  | { readonly ok: true; readonly tags: readonly string[] }
  | { readonly ok: false; readonly sentence: string };

/**
 * Reads tags joined by commas, as nexrender has them, or a list of tags. The result is sorted,
 * without repetition. Spaces inside a tag become `_`, for jobs and for hosts.
 */
export function readTags(
  given: string | readonly string[],
  most: number = TAG_LIMITS.ofJob,
): ReadTags {
  const text = typeof given === 'string' ? given : given.join();
  const named = text
    .normalize('NFC')
    .split(',')
    .map((tag) => tag.trim().replaceAll(/\s+/g, '_'))
    .filter((tag) => tag !== '');
  const tags = [...new Set(named)].sort();
  const wrong = tags.find((tag) => !TAG.test(tag) || tag.length > TAG_LIMITS.length);
  if (wrong !== undefined) return { ok: false, sentence: WRONG_TAG };
  if (tags.length > most) return { ok: false, sentence: `has at most ${most} tags` };
  return { ok: true, tags };
}

const WRONG_TAG =
  `has tags joined by commas, each with 1 to ${TAG_LIMITS.length} letters, digits ` +
  'or . _ : / @ = ~ -';

/** The tags of a nexrender job that was already checked; empty if it has none. */
export function tagsOfNexrenderJob(job: unknown): readonly string[] {
  if (typeof job !== 'object' || job === null || !('tags' in job)) return [];
  const { tags } = job;
  if (typeof tags !== 'string' && !isTexts(tags)) return [];
  const read = readTags(tags);
  return read.ok ? read.tags : [];
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/**
 * The tags of a waiting job that no known host offers. Empty if each tag is offered, but no host
 * offers all of them. Null if a host offers all of them. The SQL view of a job has the same rule.
 */
export type NoHostOffers = readonly string[];

export function findNoHostOffers(
  tags: readonly string[],
  offers: readonly (readonly string[])[],
): NoHostOffers | null {
  if (tags.length === 0 || offers.some((offer) => tags.every((tag) => offer.includes(tag))))
    return null;
  return tags.filter((tag) => !offers.some((offer) => offer.includes(tag)));
}

/** The tags that no known host offers, as a sentence without a full stop. */
export function nameNoHost(tags: readonly string[], missing: NoHostOffers): string {
  return missing.length > 0
    ? `No host offers: ${missing.join(', ')}`
    : `No host offers all of: ${tags.join(', ')}`;
}

/** The warning on a job that no known host may claim. */
export function warnOfNoHost(tags: readonly string[], missing: NoHostOffers): string {
  return `${nameNoHost(tags, missing)}. The job waits, and its position counts the whole queue.`;
}
