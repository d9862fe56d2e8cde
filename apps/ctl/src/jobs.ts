import { readFile } from 'node:fs/promises';
import {
  countHidden,
  describeHiddenPlace,
  describeStart,
  type HiddenPlace,
  type NexrenderJob,
  whyNotStorable,
} from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { Failure } from './explain-failure.ts';
import { formatAttempt, formatJob, formatSubmitted, formatWarning } from './format-job.ts';
import { findReceiptProblem, formatCancelReceipt, formatOpenAttempt } from './format-receipt.ts';
import { shortTime } from './format-table.ts';
import { addJobHistory, addResubmit, addUsage } from './job-history.ts';
import { FEWEST_CHARACTERS, findJobId } from './job-id.ts';
import { addLog } from './job-log.ts';
import { addPictures } from './job-pictures.ts';
import { addPriority } from './job-priority.ts';
import { addTags } from './job-tags.ts';
import { addWait, timeoutOption, waitForEnd, waitHelp } from './job-wait.ts';
import { addListJobs, findSilentHosts } from './list-jobs.ts';
import type { Io, Perform } from './perform.ts';
import { keyOption, type NewJob, queueOnce } from './queue-once.ts';
import { readInput } from './read-input.ts';

type Json = { json?: boolean };

const ID_HELP = `
An <id> may be its first ${FEWEST_CHARACTERS} or more characters, if only one job has them.`;

/** `ctl jobs`: submits, lists, shows and cancels jobs, sets a priority, reads a log, waits. */
export function addJobs(program: Command, perform: Perform, io: Io): void {
  const { stdin } = io;
  const jobs = program
    .command('jobs')
    .description('the jobs of the farm')
    .addHelpText('after', ID_HELP);
  addSubmit(jobs, perform, stdin);
  addPreview(jobs, perform);
  addListJobs(jobs, perform);
  addShow(jobs, perform);
  addResubmit(jobs, perform);
  addCancel(jobs, perform);
  addPriority(jobs, perform);
  addTags(jobs, perform);
  addLog(jobs, perform, io);
  addWait(jobs, perform);
  addUsage(jobs, perform);
  addPictures(jobs, perform);
  addJobHistory(jobs, perform);
}

type SubmitOptions = {
  secret?: string[];
  callback?: string;
  rerunOf?: string;
  wait?: true;
  timeout?: number;
};

function addSubmit(jobs: Command, perform: Perform, stdin: Io['stdin']): void {
  jobs
    .command('submit <file>')
    .description('submit a nexrender job, a JSON file (- for stdin)')
    .option('--priority <n>', '0 to 100, larger runs first (default: 50)', wholeNumber)
    .option('--name <name>', 'shown to people')
    .option(
      '--secret <path>',
      'hide this value of the job, such as assets.0.value or assets.*.value (may be repeated)',
      (path: string, paths: readonly string[] = []) => [...paths, path],
    )
    .option('--rerun-of <id>', 'this is an edited copy of that job; ••• keeps its secrets')
    .option('--callback <url>', 'tell this address when the job ends; prints the secret that signs')
    .option('--wait', 'wait until the job has ended; the exit code says how')
    .addOption(timeoutOption().implies({ wait: true }))
    .addOption(keyOption())
    .addOption(jsonOption())
    .addHelpText('after', waitHelp('With --wait'))
    .action((file: string, options: NewJob & SubmitOptions) =>
      perform(options, async (api, url, printNow) => {
        const job = await readJob(file, stdin);
        const { priority, name, secret: secrets, idempotencyKey: key, wait, timeout } = options;
        const callback = options.callback === undefined ? undefined : { url: options.callback };
        const rerunOf = options.rerunOf && (await findJobId(api, options.rerunOf));
        const submitted = await queueOnce({ url, key }, (idempotencyKey) =>
          api.submitJob.mutate({
            ...{ job, priority, name, secrets, callback, rerunOf, idempotencyKey },
          }),
        );
        const lines = formatSubmitted(submitted.job, submitted);
        if (!wait) return { lines, json: submitted };
        printNow(lines);
        const ended = await waitForEnd(api, submitted.job.id, timeout);
        return { ...ended, json: { ...submitted, ...ended.json } };
      }),
    );
}

function addPreview(jobs: Command, perform: Perform): void {
  jobs
    .command('preview')
    .description('the position of a job if it were submitted now')
    .option('--priority <n>', '0 to 100, larger runs first (default: 50)', wholeNumber)
    .addOption(jsonOption())
    .action(({ priority, json = false }: Json & { priority?: number }) =>
      perform({ json }, async (api) => {
        const preview = await api.previewSubmit.query({ priority });
        const { position, queued, highestPriority, start, at } = preview;
        return {
          lines: [
            `It would get position ${position}; ${queued} wait, as of ${shortTime(at)}.`,
            ...(start ? [`${describeStart(start, shortTime)} (for a job without tags).`] : []),
            `The highest priority that you may submit with is ${highestPriority}.`,
          ],
          json: preview,
        };
      }),
    );
}

function addShow(jobs: Command, perform: Perform): void {
  jobs
    .command('show <id>')
    .description('everything about a job')
    .addOption(jsonOption())
    .action((given: string, options: Json) =>
      perform(options, async (api) => {
        const id = await findJobId(api, given);
        const found = await api.getJob.query({ id });
        const silent = await findSilentHosts(api, [found.job]);
        return {
          lines: [
            ...formatJob(found.job, silent),
            ...formatTemplate(found),
            ...formatHidden(found.hidden),
            ...found.warnings.map(formatWarning),
            ...found.attempts.flatMap(formatAttempt),
            ...(found.job.receipt
              ? formatCancelReceipt(found.job.receipt, Date.now())
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
      'stop a job, or take it out of the queue; exit code 0 only when nothing of it runs',
    )
    .option('--reason <text>', 'kept with the job and in the audit log')
    .option(
      '--wait-ms <ms>',
      'how long to wait until the host confirms, at most 60000 (default: 10000)',
      wholeNumber,
    )
    .addOption(jsonOption())
    .action((given: string, options: Json & { reason?: string; waitMs?: number }) =>
      perform(options, async (api) => {
        const id = await findJobId(api, given);
        const cancelled = await api.cancelJob.mutate({
          id,
          reason: options.reason,
          waitMs: options.waitMs,
        });
        return {
          lines: formatCancelReceipt(cancelled.receipt, Date.now()),
          json: cancelled,
          problem: findReceiptProblem(cancelled.receipt),
        };
      }),
    );
}

async function readJob(file: string, stdin: Io['stdin']): Promise<NexrenderJob> {
  const read = file === '-' ? readInput(stdin) : readFile(file, 'utf8');
  const text = await read.catch((error: unknown) => {
    throw new Failure('no_file', `${file} cannot be read: ${messageOf(error)}.`);
  });
  const job = parseJob(file, text);
  // JSON cannot contain such a number and would send null, so the API could not see the mistake.
  const why = whyNotStorable(job);
  if (why !== null) throw new Failure('invalid_input', `job: ${why}`);
  return job;
}

function parseJob(file: string, text: string): NexrenderJob {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure('invalid_json', `${file} is not JSON: ${messageOf(error)}.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function formatHidden(hidden: readonly HiddenPlace[]): readonly string[] {
  if (hidden.length === 0) return [];
  return [`  ${countHidden(hidden)}: ${hidden.map(describeHiddenPlace).join(', ')}`];
}

function formatTemplate(found: { template: string | null; composition: string | null }) {
  const { template, composition } = found;
  if (composition === null) return [];
  return [`  template ${template ?? 'hidden'}, composition ${composition}`];
}
