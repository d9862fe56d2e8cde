import { type Api, untilEnded } from '@renderdeck/client';
import { endOf, mayRunOf, shortOutcome, type WireJob } from '@renderdeck/contract';
import { type Command, Option } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { findJobId } from './job-id.ts';
import { type Answer, EXIT, type Perform } from './perform.ts';

type Wait = { timeout?: number; json?: boolean };

const EXIT_CODES = `
  0 the job finished
  1 it failed, or the API refused
  3 it was stopped, and that is proven
  4 it was stopped, and nothing proves that all of it has ended
  5 the job had not ended after the time of --timeout`;

/** The exit codes of a command that waits. */
export function waitHelp(when?: string): string {
  return `\n${when === undefined ? 'Exit codes' : `${when}, the exit codes`}:${EXIT_CODES}`;
}

export function timeoutOption(): Option {
  return new Option('--timeout <s>', 'seconds to wait at most (default: no end)').argParser(
    wholeNumber,
  );
}

/** `ctl jobs wait` returns when the job has ended. The exit code says how it ended. */
export function addWait(jobs: Command, perform: Perform): void {
  jobs
    .command('wait <id>')
    .description('wait until a job has ended; the exit code says how')
    .addOption(timeoutOption())
    .addHelpText('after', waitHelp())
    .addOption(jsonOption())
    .action((given: string, { timeout, json = false }: Wait) =>
      perform({ json }, async (api) => {
        const id = await findJobId(api, given);
        return await waitForEnd(api, id, timeout);
      }),
    );
}

/** The answer of a command that waits until the job has ended, for so many seconds at most. */
export async function waitForEnd(
  api: Api,
  id: string,
  timeout: number | undefined,
): Promise<Answer & { readonly json: { readonly job: WireJob } }> {
  const job = await untilEnded(api, id, timeout === undefined ? null : timeout * 1000);
  return { lines: [describe(job)], json: { job }, ...describeEnd(job) };
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
