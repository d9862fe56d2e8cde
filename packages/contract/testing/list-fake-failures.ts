import { endOf, failureReason } from '@renderdeck/domain';
import { type ListFailuresInput, type ListFailuresOutput, listJobsInput } from '../src/index.ts';
import type { FakeFarm, FakeJob } from './fake-farm.ts';
import { listFakeJobs } from './list-fake-jobs.ts';

/** The failures of a fake farm, with the promises of AdminPort. */
export function listFakeFailures(
  farm: FakeFarm,
  { limit, ...input }: ListFailuresInput,
  at: Date,
): ListFailuresOutput {
  const query = listJobsInput.parse({ ...input, show: 'ended' });
  const { jobs } = listFakeJobs(farm, { ...query, limit: 1000 }, at);
  const failed = jobs.flatMap(({ id }) => {
    const record = farm.records.get(id);
    return record !== undefined && endOf(record.job.status) === 'failed' ? [record] : [];
  });
  const reasonOf = ({ job }: FakeJob) => failureReason(job.failure ?? '');
  const reasons = [...new Set(failed.map(reasonOf))];
  const groups = reasons.map((reason) => {
    const of = failed.filter((record) => reasonOf(record) === reason);
    const hosts = countNames(of.map(({ host }) => host));
    const templates = countNames(of.map(({ job }) => job.template));
    return {
      reason,
      count: of.length,
      newest: newestOf(of),
      ...{ hostCount: hosts.length, hosts, templateCount: templates.length, templates },
    };
  });
  groups.sort((a, b) => b.count - a.count);
  return {
    groups: groups.slice(0, limit),
    ...{ groupCount: groups.length, count: failed.length, capped: false, at: at.toISOString() },
  };
}

function newestOf([first]: readonly FakeJob[]) {
  const { id = '', name = '', failure = '', endedAt = null } = first?.job ?? {};
  return { id, name, failure: failure ?? '', endedAt: endedAt?.toISOString() ?? '' };
}

function countNames(names: readonly (string | null)[]) {
  const known = names.filter((name) => name !== null);
  return [...new Set(known)].map((name) => ({
    name,
    count: known.filter((one) => one === name).length,
  }));
}
