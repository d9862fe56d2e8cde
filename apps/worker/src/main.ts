/*
 * The command line of the worker. Exit code 0: the command ran. 1: it failed, with a sentence on
 * stderr. Each result of `worker stop` has its own code (STOP_EXIT_CODES of domain).
 *
 * Read first: run-daemon.ts, then daemon.ts (its loops) and run-attempt.ts (one attempt).
 */
import { resolve } from 'node:path';
import { STOP_EXIT_CODES } from '@renderdeck/domain';
import { callOf, VERSION_TEXT } from '@renderdeck/settings';
import { Command, CommanderError } from 'commander';
import { acceptance } from './commands/acceptance/acceptance.ts';
import { keep } from './commands/keep.ts';
import { listActions } from './commands/list-actions.ts';
import { prepare } from './commands/prepare/prepare.ts';
import { selfTest } from './commands/self-test.ts';
import { stop } from './commands/stop-daemon.ts';
import { sweep } from './commands/sweep.ts';
import { actionConfig, stopConfig, type WorkerConfig, workerConfig } from './config.ts';
import { runDaemon } from './daemon/run-daemon.ts';
import { runInOwnCopy } from './own-copy.ts';

const COMMANDS =
  'run worker, worker keep --log FILE, worker prepare [--dry-run] [--render-only], ' +
  'worker stop [--drain], worker update, ' +
  'worker actions, worker acceptance, worker selftest-kill, or worker sweep [--dry-run]';

const print = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * Runs the command. Returns a sentence when it fails, null when it ran.
 * Long because: it is the list of commands.
 */
async function run(args: readonly string[]): Promise<string | null> {
  let problem: string | null = null;
  const withConfig = async (work: (config: WorkerConfig) => Promise<string | null>) => {
    const read = workerConfig();
    problem = read.ok ? await work(read.config) : read.sentences.join(' ');
  };
  const runWorker = (config: WorkerConfig) =>
    runInOwnCopy(config.scratchRoot, () => runDaemon(config));
  const program = new Command(callOf('worker'))
    .version(VERSION_TEXT)
    .description('Runs the daemon of this render host.')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(() => withConfig(runWorker));
  program
    .command('prepare')
    .description('Prepares this host for its first render, and says what a person must do.')
    .option('--dry-run', 'only looks, and changes nothing', false)
    .option('--render-only', 'writes the file with which After Effects needs no licence', false)
    .action(({ dryRun, renderOnly }: { dryRun: boolean; renderOnly: boolean }) =>
      withConfig((config) =>
        prepare(config, { isDryRun: dryRun, isRenderOnly: renderOnly }, print),
      ),
    );
  program
    .command('actions')
    .description('Lists the action modules that this host allows or has, each with its rule.')
    .action(() => {
      const read = actionConfig();
      problem = read.ok ? listActions(read.config, print) : read.sentences.join(' ');
    });
  program
    .command('acceptance')
    .description('Asks a real host what no other machine can tell, and writes a report to send in.')
    .option('--into <folder>', 'where the report goes', '.')
    .action(({ into }: { into: string }) =>
      withConfig((config) => acceptance(config, into, print)),
    );
  program
    .command('selftest-kill')
    .description('Shows that this host can end hostile programs.')
    .action(async () => {
      problem = await selfTest(print);
    });
  program
    .command('sweep')
    .description('Removes the scratch folders of attempts that are over.')
    .option('--dry-run', 'lists them and removes nothing', false)
    .action(({ dryRun }: { dryRun: boolean }) =>
      withConfig((config) => sweep(config, dryRun, print)),
    );
  program
    .command('keep')
    .description('Runs the daemon and starts it again when it fails, where no system does.')
    .requiredOption('--log <file>', 'the output of the daemon is appended to this file')
    .action(async ({ log }: { log: string }) => {
      const read = stopConfig();
      problem = read.ok
        ? await runInOwnCopy(read.config.scratchRoot, () => keep(resolve(log)))
        : read.sentences.join(' ');
    });
  program
    .command('update')
    .description('Lets the renders of the running worker finish, and then runs this version.')
    .action(() =>
      withConfig(async (config) => {
        const notEnded = await stop(config, { drain: true }, print);
        const { noWorker, died } = STOP_EXIT_CODES;
        if (notEnded !== null && process.exitCode !== noWorker && process.exitCode !== died)
          return notEnded;
        process.exitCode = undefined;
        process.argv.splice(2); // the own copy runs the worker, and updates nothing
        return await runWorker(config);
      }),
    );
  program
    .command('stop')
    .description('Ends the daemon of this scratch root in order; the jobs of its renders go back.')
    .option('--drain', 'lets its renders finish first', false)
    .option('--timeout <seconds>', 'how long to wait for its end (default with --drain: no limit)')
    .action(async (options: { drain: boolean; timeout?: string }) => {
      const read = stopConfig();
      problem = read.ok ? await stop(read.config, options, print) : read.sentences.join(' ');
    });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? null : `There is no ${args.join(' ')}: ${COMMANDS}.`;
  }
  return problem;
}

const sentence = await run(process.argv.slice(2));
if (sentence !== null) {
  process.stderr.write(`renderdeck worker: ${sentence}\n`);
  process.exitCode ??= 1;
  // A starter with an IPC channel gets the reason, too.
  if (process.connected) process.send?.({ gaveUp: sentence }, () => process.disconnect());
}
