import type { ListFailuresOutput } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import { utc } from './list-jobs.ts';
import type { Perform } from './perform.ts';

type Options = {
  readonly from?: string;
  readonly to?: string;
  readonly host?: string;
  readonly reason?: string;
  readonly limit?: number;
  readonly json?: boolean;
};

/** `ctl failures`: failed jobs by the reason of their failure. */
export function addFailures(program: Command, perform: Perform): void {
  program
    .command('failures')
    .description('failed jobs in groups of one reason, the most frequent first')
    .option('--from <time>', 'only jobs that failed at this time or later', utc)
    .option('--to <time>', 'only jobs that failed before this time', utc)
    .option('--host <host>', 'only jobs that failed on this host')
    .option('--reason <reason>', 'only this group')
    .option('--limit <n>', 'groups, at most 500 (default: 50)', wholeNumber)
    .addOption(jsonOption())
    .action(({ json = false, ...query }: Options) =>
      perform({ json }, async (api) => {
        const failures = await api.listFailures.query(query);
        return { lines: linesOf(failures), json: failures };
      }),
    );
}

function linesOf({ groups, groupCount, count, capped }: ListFailuresOutput): string[] {
  const rows = groups.map(({ count: of, newest, hosts, hostCount, reason }) => [
    String(of),
    shortTime(newest.endedAt),
    hostCount > 1 ? `${hosts[0]?.name} +${hostCount - 1}` : (hosts[0]?.name ?? '-'),
    reason,
  ]);
  return [
    ...formatTable(['JOBS', 'NEWEST', 'HOST', 'REASON'], rows, 'No failed jobs.'),
    ...(groups.length < groupCount ? [`${groups.length} of ${groupCount} reasons.`] : []),
    ...(capped ? [`Only the newest ${count} failed jobs were read.`] : []),
  ];
}
