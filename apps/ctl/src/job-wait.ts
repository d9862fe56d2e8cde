import { endOf, isFinal, mayRunOf, shortOutcome, type WireJob } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { EXIT, type Perform } from './perform.ts';
import { untilJob } from './until-job.ts';

type Wait = { timeout?: number; json?: boolean };
const HELP = `
Exit codes:
  0 the job finished
  1 it failed, or the API refused
  3 it was stopped, and that is proven
  4 it was stopped, and nothing proves that all of it has ended
  5 the job had not ended after the time of --timeout`;

const hasEnded = ({ status }: WireJob) => isFinal(status);

/** `ctl jobs wait` returns when the job has ended. The exit code says how it ended. */
export function addWait(jobs: Command, perform: Perform): void {
  jobs
    .command('wait <id>')
    .description('wait until a job has ended; the exit code says how')
    .option('--timeout <s>', 'seconds to wait at most (default: no end)', wholeNumber)
    .addHelpText('after', HELP)
    .addOption(jsonOption())
    .action((id: string, { timeout, json = false }: Wait) =>
      perform({ json }, async (api) => {
        const job = await untilJob(
          api,
          id,
          hasEnded,
          timeout === undefined ? null : timeout * 1000,
        );
        return { lines: [describe(job)], json: { job }, ...describeEnd(job) };
      }),
    );
}

function describe({ name, status, failure }: WireJob): string {
  return `${name}: ${status}${failure === null ? '' : `. ${failure}`}`;
}

/** The sentence and the exit code when the job did not complete as wanted. */
function describeEnd(job: WireJob): { problem: string | null; exitCode: number } {
  const { status, receipt, failure } = job;
  const end = endOf(status);
  if (end === 'finished') return { problem: null, exitCode: EXIT.done };
  if (end === 'failed')
    return { problem: `failed: ${failure ?? 'The job failed.'}`, exitCode: EXIT.refused };
  if (end === null)
    return { problem: `timed_out: The job is ${status}; it goes on.`, exitCode: EXIT.timedOut };
  const mayRunOn = mayRunOf(job).map(({ host }) => host);
  const { title, text } = shortOutcome(receipt?.outcome ?? 'unconfirmed', mayRunOn, true);
  return title === 'Stopped'
    ? { problem: `stopped: ${text}`, exitCode: EXIT.stopped }
    : { problem: `not_proven: ${text}`, exitCode: EXIT.notProven };
}
