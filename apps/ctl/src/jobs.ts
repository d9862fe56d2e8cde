import { readFile } from 'node:fs/promises';
import {
  JOB_STATUSES,
  type JobStatus,
  type NexrenderJob,
  type WireJob,
} from '@renderdeck/contract';
import { type Command, Option } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { Failure } from './explain-failure.ts';
import {
  formatCancelReceipt,
  formatOpenAttempt,
  formatPriorityReceipt,
  problemOfReceipt,
} from './format-receipt.ts';
import { formatTable, shortTime } from './format-table.ts';
import type { Io, Perform } from './perform.ts';
import { readInput } from './read-input.ts';

type Json = { json?: boolean };
type List = Json & { status?: JobStatus; open?: boolean; limit?: number; cursor?: string };

/** `ctl jobs`: submit, list, show, cancel, set a priority. */
export function addJobs(program: Command, perform: Perform, { stdin }: Io): void {
  const jobs = program.command('jobs').description('the jobs of the farm');
  addSubmit(jobs, perform, stdin);
  addList(jobs, perform);
  addShow(jobs, perform);
  addCancel(jobs, perform);
  addPriority(jobs, perform);
}

function addSubmit(jobs: Command, perform: Perform, stdin: Io['stdin']): void {
  jobs
    .command('submit <file>')
    .description('submit a nexrender job, a JSON file (- for stdin)')
    .option('--priority <n>', '0 to 100, larger runs first (default: 50)', wholeNumber)
    .option('--name <name>', 'shown to people')
    .addOption(jsonOption())
    .action((file: string, options: Json & { priority?: number; name?: string }) =>
      perform(options, async (api) => {
        const job = await readJob(file, stdin);
        const submitted = await api.submitJob.mutate({
          job,
          priority: options.priority,
          name: options.name,
        });
        const { id, name, position, priority } = submitted.job;
        return {
          lines: [`Submitted ${name} as ${id}: position ${position}, priority ${priority}.`],
          json: submitted,
        };
      }),
    );
}

function addList(jobs: Command, perform: Perform): void {
  jobs
    .command('list')
    .description('running jobs, then the queue in its order, then what ended')
    .addOption(new Option('--status <status>').choices(JOB_STATUSES))
    .option('--open', 'only jobs with an attempt that is not proven to have ended')
    .option('--limit <n>', 'jobs on a page, at most 1000 (default: 100)', wholeNumber)
    .option('--cursor <cursor>', 'the next page')
    .addOption(jsonOption())
    .action(({ status, open = false, limit, cursor, json = false }: List) =>
      perform({ json }, async (api) => {
        const listed = await api.listJobs.query({ status, open, limit, cursor });
        const head = ['ID', 'STATUS', 'PRIO', 'POS', 'DONE', 'HOST', 'OPEN', 'NAME'];
        const more = listed.nextCursor === null ? [] : [`More: --cursor ${listed.nextCursor}`];
        return {
          lines: [...formatTable(head, listed.jobs.map(rowOf), 'No jobs.'), ...more],
          json: listed,
        };
      }),
    );
}

function addShow(jobs: Command, perform: Perform): void {
  jobs
    .command('show <id>')
    .description('all that is known of a job')
    .addOption(jsonOption())
    .action((id: string, options: Json) =>
      perform(options, async (api) => {
        const found = await api.getJob.query({ id });
        const attempts = found.attempts.map(
          ({ number, host, phase, outcome }) =>
            `  attempt ${number} on ${host}: ${outcome ?? phase ?? 'started'}`,
        );
        return {
          lines: [
            ...formatJob(found.job),
            ...attempts,
            ...(found.job.receipt
              ? formatCancelReceipt(found.job.receipt)
              : found.job.openAttempts.map(formatOpenAttempt)),
            ...(found.secretsDeletedAt === null
              ? []
              : [
                  `  its secrets were deleted at ${found.secretsDeletedAt}; ` +
                    'a new submission needs them',
                ]),
          ],
          json: found,
        };
      }),
    );
}

function addCancel(jobs: Command, perform: Perform): void {
  jobs
    .command('cancel <id>')
    .description(
      'stop a job, or take it out of the queue; exit code 0 only where nothing of it runs',
    )
    .option('--reason <text>', 'kept with the job and in the audit log')
    .option(
      '--wait-ms <ms>',
      'how long to wait until the host confirms, at most 60000 (default: 10000)',
      wholeNumber,
    )
    .addOption(jsonOption())
    .action((id: string, options: Json & { reason?: string; waitMs?: number }) =>
      perform(options, async (api) => {
        const cancelled = await api.cancelJob.mutate({
          id,
          reason: options.reason,
          waitMs: options.waitMs,
        });
        return {
          lines: formatCancelReceipt(cancelled.receipt),
          json: cancelled,
          problem: problemOfReceipt(cancelled.receipt),
        };
      }),
    );
}

function addPriority(jobs: Command, perform: Perform): void {
  jobs
    .command('priority')
    .argument('<id>')
    .argument('<n>', 'the priority', wholeNumber)
    .description('set the priority of a queued job, 0 to 100, larger runs first')
    .option('--expected-version <n>', 'refuse where the job was changed since', wholeNumber)
    .addOption(jsonOption())
    .action((id: string, priority: number, options: Json & { expectedVersion?: number }) =>
      perform(options, async (api) => {
        const changed = await api.setPriority.mutate({
          id,
          priority,
          expectedVersion: options.expectedVersion,
        });
        return { lines: [formatPriorityReceipt(changed.job.name, changed.receipt)], json: changed };
      }),
    );
}

async function readJob(file: string, stdin: Io['stdin']): Promise<NexrenderJob> {
  const read = file === '-' ? readInput(stdin) : readFile(file, 'utf8');
  const text = await read.catch((error: unknown) => {
    throw new Failure('no_file', `${file} cannot be read: ${messageOf(error)}.`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure('invalid_json', `${file} is not JSON: ${messageOf(error)}.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function rowOf(job: WireJob): string[] {
  const { id, status, priority, position, progress, host, openAttempts, name } = job;
  return [
    id,
    status,
    String(priority),
    position === null ? '-' : String(position),
    `${Math.round(progress)}%`,
    host ?? '-',
    openAttempts.length === 0 ? '-' : String(openAttempts.length),
    name,
  ];
}

function formatJob(job: WireJob): string[] {
  const progress = `${Math.round(job.progress)} % done`;
  const submitted = `submitted ${shortTime(job.createdAt)} by ${job.submittedBy}`;
  const place = job.position === null ? '' : `, position ${job.position}`;
  return [
    `${job.name} (${job.id})`,
    `  ${job.status}, ${progress}, priority ${job.priority}${place}, version ${job.version}`,
    `  ${submitted}; started ${shortTime(job.startedAt)}; ended ${shortTime(job.endedAt)}`,
    ...(job.failure === null ? [] : [`  ${job.failure}`]),
    ...job.warnings.map((warning) => `  WARNING    ${warning}`),
  ];
}
