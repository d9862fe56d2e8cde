import type { Api } from '@renderdeck/client';
import {
  describeEmpty,
  isRunning,
  JOB_STATUSES,
  type JobStatus,
  type ListJobsOutput,
  type WireJob,
} from '@renderdeck/contract';
import { type Command, Option } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatNoHosts, formatRow } from './format-job.ts';
import { formatTable, shortTime } from './format-table.ts';
import type { Perform } from './perform.ts';

type Options = {
  readonly q?: string;
  readonly host?: string;
  readonly by?: string;
  readonly status?: JobStatus;
  readonly show?: 'active' | 'ended' | 'all';
  readonly open?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly limit?: number;
  readonly skip?: number;
  readonly cursor?: string;
  readonly previous?: boolean;
  readonly json?: boolean;
};

/** `ctl jobs list`: the jobs that match all options, in the order of the list. */
export function addListJobs(jobs: Command, perform: Perform): void {
  jobs
    .command('list')
    .description('running jobs, then the queue in its order, then ended jobs')
    .option('--q <text>', 'only jobs with this text in their name or id')
    .option('--host <host>', 'only jobs whose latest attempt is on this host')
    .option('--by <name>', 'only jobs that this user or token submitted')
    .addOption(new Option('--status <status>').choices(JOB_STATUSES))
    .addOption(
      new Option('--show <which>', 'a part of the list').choices(['active', 'ended', 'all']),
    )
    .option('--open', 'only jobs with an attempt that no longer holds the job but may still run')
    .option('--from <time>', 'only jobs ended (if not ended: submitted) at this time or later', utc)
    .option('--to <time>', 'only jobs ended (if not ended: submitted) before this time', utc)
    .option('--reason <reason>', 'only failed jobs with this reason of ctl failures')
    .option('--limit <n>', 'jobs on a page, at most 1000 (default: 100)', wholeNumber)
    .option('--skip <n>', 'how many jobs to leave out before the page', wholeNumber)
    .option('--cursor <cursor>', 'the next page')
    .option('--previous', 'the page before the cursor')
    .addOption(jsonOption())
    .action(({ previous = false, json = false, ...query }: Options) =>
      perform({ json }, async (api) => {
        const direction = previous ? 'previous' : 'next';
        const listed = await api.listJobs.query({ ...query, direction });
        const silent = await findSilentHosts(api, listed.jobs);
        return { lines: linesOf(listed, silent), json: listed };
      }),
    );
}

/** Reads a time that a person types, such as 2026-03-01 or 2026-03-01T12:00+01:00, as UTC. */
export function utc(text: string): string {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}

function linesOf(listed: ListJobsOutput, silent: ReadonlySet<string>): string[] {
  const { jobs, nextCursor, previousCursor, matching, queue } = listed;
  const head = ['ID', 'STATUS', 'PRIO', 'POS', 'DONE', 'HOST', 'OPEN', 'TAGS', 'NAME'];
  const paged = nextCursor !== null || previousCursor !== null;
  return [
    ...formatTable(
      head,
      jobs.map((job) => formatRow(job, silent)),
      'No jobs.',
    ),
    ...formatNoHosts(jobs),
    ...(queue?.emptyAt ? [`${describeEmpty(queue.emptyAt, shortTime)}.`] : []),
    ...(paged ? [`${jobs.length} of ${matching.count}${matching.capped ? ' or more' : ''}.`] : []),
    ...(nextCursor === null ? [] : [`More: --cursor ${nextCursor}`]),
    ...(previousCursor === null ? [] : [`Before: --previous --cursor ${previousCursor}`]),
  ];
}

/** The names of the silent hosts. They are requested only when one of the jobs renders. */
export async function findSilentHosts(
  api: Api,
  jobs: readonly WireJob[],
): Promise<ReadonlySet<string>> {
  if (!jobs.some(({ status }) => isRunning(status))) return new Set();
  const { hosts } = await api.listHosts.query();
  return new Set(hosts.filter(({ state }) => state === 'silent').map(({ name }) => name));
}
