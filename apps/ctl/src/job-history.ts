import { statusLabel, type WireListedChange, type WireUsagePoint } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatSubmitted } from './format-job.ts';
import { findReceiptProblem, formatCancelReceipt } from './format-receipt.ts';
import { formatTable, shortTime } from './format-table.ts';
import { findJobId } from './job-id.ts';
import type { Perform } from './perform.ts';
import { keyOption, type NewJob, queueOnce } from './queue-once.ts';

type Json = { json?: boolean };

/** `ctl jobs resubmit` submits the same order as a new job. */
export function addResubmit(jobs: Command, perform: Perform): void {
  jobs
    .command('resubmit <id>')
    .description('run a job again: the same order as a new job, with its limits and secrets')
    .option('--priority <n>', '0 to 100 (default: that of the job)', wholeNumber)
    .option('--name <name>', 'shown to people (default: that of the job)')
    .addOption(keyOption())
    .addOption(jsonOption())
    .action((given: string, options: NewJob) =>
      perform(options, async (api, url) => {
        const id = await findJobId(api, given);
        const { priority, name, idempotencyKey: key } = options;
        const again = await queueOnce({ url, key }, (idempotencyKey) =>
          api.resubmitJob.mutate({ id, priority, name, idempotencyKey }),
        );
        return { lines: formatSubmitted(again.job, { again: ' again' }), json: again };
      }),
    );
}

/** `ctl jobs changes`, `receipt` and `reasons`. */
export function addJobHistory(jobs: Command, perform: Perform): void {
  addChanges(jobs, perform);
  addReceipt(jobs, perform);
  jobs
    .command('reasons')
    .description('the last reasons of your own cancels')
    .addOption(jsonOption())
    .action((options: Json) =>
      perform(options, async (api) => {
        const read = await api.listReasons.query();
        return { lines: read.reasons.length === 0 ? ['None.'] : read.reasons, json: read };
      }),
    );
}

function addChanges(jobs: Command, perform: Perform): void {
  jobs
    .command('changes <id>')
    .description('what happened to a job, the oldest change first')
    .option('--limit <n>', 'changes on a page, at most 500 (default: 100)', wholeNumber)
    .option('--cursor <cursor>', 'the next page')
    .addOption(jsonOption())
    .action((given: string, options: Json & { limit?: number; cursor?: string }) =>
      perform(options, async (api) => {
        const id = await findJobId(api, given);
        const { limit, cursor } = options;
        const page = await api.listJobChanges.query({ id, limit, cursor });
        const more = page.nextCursor === null ? [] : [`More: --cursor ${page.nextCursor}`];
        return { lines: [...page.changes.map(formatChange), ...more], json: page };
      }),
    );
}

function addReceipt(jobs: Command, perform: Perform): void {
  jobs
    .command('receipt')
    .argument('<number>', 'as in #4812', wholeNumber)
    .description('the present receipt of a cancel; exit codes as for cancel')
    .addOption(jsonOption())
    .action((number: number, options: Json) =>
      perform(options, async (api) => {
        const found = await api.getReceipt.query({ number });
        const { id, name, receipt } = found.job;
        const nowMs = Date.now();
        const word = statusLabel(found.job, false, nowMs);
        const lines = [`#${number}: ${name} (${id}), ${found.job.status} (${word})`];
        return {
          lines: receipt === null ? lines : [...lines, ...formatCancelReceipt(receipt, nowMs)],
          json: found,
          problem: receipt === null ? null : findReceiptProblem(receipt),
        };
      }),
    );
}

function formatChange(change: WireListedChange): string {
  const { at, event, actor, statusBefore, statusAfter, priorityBefore, priorityAfter } = change;
  const status = statusBefore === statusAfter ? '' : ` ${statusBefore ?? '-'} → ${statusAfter}`;
  const moved = priorityBefore !== null && priorityAfter !== null;
  const priority = moved && priorityBefore !== priorityAfter;
  const to = priority ? ` priority ${priorityBefore} → ${priorityAfter}` : '';
  const { reason = null } = change.facts;
  const why = reason === null ? '' : `: ${reason}`;
  return `${shortTime(at)}  ${event} by ${actor}${status}${to}${why}`;
}

/** `ctl jobs usage`: CPU and memory of an attempt. */
export function addUsage(jobs: Command, perform: Perform): void {
  jobs
    .command('usage <id>')
    .description('CPU and memory of an attempt since its start (default: the newest)')
    .option('--attempt <n>', 'the number of the attempt', wholeNumber)
    .addOption(jsonOption())
    .action((given: string, { attempt, json = false }: { attempt?: number; json?: boolean }) =>
      perform({ json }, async (api) => {
        const id = await findJobId(api, given);
        const read = await api.getAttemptUsage.query({ id, attempt });
        const head = ['FROM', 'CPU MEAN', 'MOST', 'MEMORY MEAN', 'MOST', 'PROCESSES'];
        return { lines: formatTable(head, read.points.map(rowOf), 'No use yet.'), json: read };
      }),
    );
}

function rowOf({ at, cpuPercent, memoryBytes, processes }: WireUsagePoint): string[] {
  const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  return [
    shortTime(at),
    `${cpuPercent.mean} %`,
    `${cpuPercent.max} %`,
    mb(memoryBytes.mean),
    mb(memoryBytes.max),
    String(processes),
  ];
}
