import { failureReason } from './failure-reason.ts';

/** Failed jobs with the same text and the same host. */
export type FailedJobs = {
  readonly failure: string;
  readonly host: string | null;
  readonly count: number;
};
/** Failed jobs with the same reason, and their hosts, the most frequent first. */
export type FailureReason = {
  readonly reason: string;
  readonly count: number;
  readonly hosts: readonly { readonly host: string; readonly count: number }[];
};

/** The `most` most frequent reasons; equal counts in the order of their names. */
export function groupFailures(failed: readonly FailedJobs[], most: number): FailureReason[] {
  const hostsOf = new Map<string, Map<string, number>>();
  const counts = new Map<string, number>();
  for (const { failure, host, count } of failed) {
    const reason = failureReason(failure);
    counts.set(reason, (counts.get(reason) ?? 0) + count);
    const hosts = hostsOf.get(reason) ?? new Map<string, number>();
    hostsOf.set(reason, hosts);
    if (host !== null) hosts.set(host, (hosts.get(host) ?? 0) + count);
  }
  return mostFrequent(counts)
    .slice(0, most)
    .map(([reason, count]) => ({
      reason,
      count,
      hosts: mostFrequent(hostsOf.get(reason) ?? new Map<string, number>()).map(
        ([host, onHost]) => ({ host, count: onHost }),
      ),
    }));
}

function mostFrequent(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
