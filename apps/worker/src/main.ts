/*
 * The command line of the worker. Exit code 0: the command ran. 1: it failed, with a sentence on
 * stderr. Each result of `worker stop` has its own code (STOP_EXIT_CODES of domain).
 *
 * Read first: run-daemon.ts, then daemon.ts (its loops) and run-attempt.ts (one attempt).
 */
import { resolve } from 'node:path';
import { callOf, VERSION_TEXT } from '@renderdeck/settings';
import { Command, CommanderError } from 'commander';
import { acceptance } from './commands/acceptance/acceptance.ts';
import { install, uninstall } from './commands/install/install.ts';
import { join } from './commands/join/join.ts';
import { keep } from './commands/keep.ts';
import { leave } from './commands/leave.ts';
import { listActions } from './commands/list-actions.ts';
import { prepare } from './commands/prepare/prepare.ts';
import { selfTest } from './commands/self-test.ts';
import { stop, stopIfRunning } from './commands/stop-daemon.ts';
import { sweep } from './commands/sweep.ts';
import {
  actionConfig,
  type HostConfig,
  hostConfig,
  stopConfig,
  type WorkerConfig,
  workerConfig,
} from './config.ts';
import { runDaemon } from './daemon/run-daemon.ts';
import { runInOwnCopy } from './own-copy.ts';
import { loadSettingsFile } from './settings-file.ts';

const COMMANDS =
  'run worker, worker join URL TOKEN, worker leave, worker install [--dry-run], ' +
  'worker uninstall, worker keep --log FILE, worker prepare [--dry-run] [--render-only], ' +
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
  const withHost = async (work: (config: HostConfig) => Promise<string | null>) => {
    const read = hostConfig();
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
      withHost((config) => {
        const how = { isDryRun: dryRun, isRenderOnly: renderOnly };
        return prepare(config, databaseOrWhyNot(), how, print);
      }),
    );
  addMembership(program, withHost, withConfig, (sentence) => {
    problem = sentence;
  });
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
        const notEnded = await stopIfRunning(config, { drain: true }, print);
        if (notEnded !== null) return notEnded;
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

/** The settings with a database, or why there is none. */
function databaseOrWhyNot(): WorkerConfig | string {
  const read = workerConfig();
  return read.ok ? read.config : read.sentences.join(' ');
}

type With<Config> = (work: (config: Config) => Promise<string | null>) => Promise<void>;

/** The commands by which this host joins a farm, lets its system run the worker, and leaves. */
function addMembership(
  program: Command,
  withHost: With<HostConfig>,
  withConfig: With<WorkerConfig>,
  end: (problem: string | null) => void,
): void {
  const collect = (pair: string, pairs: readonly string[]) => [...pairs, pair];
  type Join = { readonly name?: string; readonly set: readonly string[] };
  program
    .command('join <url> <token>')
    .description('Gives this host its login: the API and the token of "ctl hosts invite".')
    .option('--name <name>', 'refuses an invitation for another name')
    .option('--set <NAME=VALUE>', 'a setting of the worker; may be repeated', collect, [])
    .action(async (url: string, token: string, options: Join) => {
      end(await join({ url, token, ...options }, print));
    });
  program
    .command('install')
    .description('Prepares this host, lets its system run the worker, prints what it writes.')
    .option('--user <name>', 'Linux: the user that the worker runs as (default: renderdeck)')
    .option('--no-prepare', 'does not prepare the host first, as worker prepare does')
    .option('--now', 'ends the renders of a worker that runs, and does not wait for them', false)
    .option('--dry-run', 'only prints it', false)
    .action((options: { user?: string; prepare: boolean; now: boolean; dryRun: boolean }) =>
      withHost((config) => install(config, databaseOrWhyNot(), options, print)),
    );
  program
    .command('uninstall')
    .description('Undoes install; the settings and the login stay.')
    .option('--dry-run', 'only prints what it would do', false)
    .action((options: { dryRun: boolean }) =>
      withHost((config) => uninstall(config, options, print)),
    );
  program
    .command('leave')
    .description('Undoes join and install: the login ends, and the settings are removed.')
    .option('--now', 'ends the renders, and does not wait for them', false)
    .option('--forget', 'leaves the login to an admin (ctl hosts revoke)', false)
    .option('--dry-run', 'only prints what it would do', false)
    .action((options: { now: boolean; forget: boolean; dryRun: boolean }) =>
      withConfig((config) => leave(config, options, print)),
    );
}

/** `worker join` makes a file of settings, and needs none. */
function loadFor([command = '']: readonly string[]): string | null {
  return command === 'join' || /^-/.test(command) ? null : loadSettingsFile();
}

const args = process.argv.slice(2);
const sentence = loadFor(args) ?? (await run(args));
if (sentence !== null) {
  process.stderr.write(`renderdeck worker: ${sentence}\n`);
  process.exitCode ??= 1;
  // A starter with an IPC channel gets the reason, too.
  if (process.connected) process.send?.({ gaveUp: sentence }, () => process.disconnect());
}
