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
  const groups = new Map<string, { count: number; onHost: Map<string, number> }>();
  for (const { failure, host, count } of failed) {
    const reason = failureReason(failure);
    const group = groups.get(reason) ?? { count: 0, onHost: new Map<string, number>() };
    groups.set(reason, group);
    group.count += count;
    if (host !== null) group.onHost.set(host, (group.onHost.get(host) ?? 0) + count);
  }
  return [...groups]
    .map(([reason, { count, onHost }]) => ({ name: reason, count, onHost }))
    .sort(moreFrequent)
    .slice(0, most)
    .map(({ name, count, onHost }) => ({ reason: name, count, hosts: hostsOf(onHost) }));
}

function hostsOf(onHost: ReadonlyMap<string, number>): FailureReason['hosts'] {
  const hosts = [...onHost].map(([name, count]) => ({ name, count })).sort(moreFrequent);
  return hosts.map(({ name, count }) => ({ host: name, count }));
}

type Counted = { readonly name: string; readonly count: number };

function moreFrequent(a: Counted, b: Counted): number {
  return b.count - a.count || Number(a.name > b.name) - Number(a.name < b.name);
}
