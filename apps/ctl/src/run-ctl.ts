import { callOf, VERSION_TEXT } from '@renderdeck/settings';
import { Command, CommanderError } from 'commander';
import { addAdmin } from './admin.ts';
import { addAudit } from './audit.ts';
import { addCompletion } from './completion.ts';
import { addDatabase } from './database.ts';
import { addDoctor } from './doctor.ts';
import { addFailures } from './failures.ts';
import { addHosts } from './hosts.ts';
import { addJobs } from './jobs.ts';
import { addMeasures } from './measures.ts';
import { addPassword } from './password.ts';
import { EXIT, type Io, performer } from './perform.ts';
import { addSessions } from './sessions.ts';
import { addTokens } from './tokens.ts';
import { addUsers } from './users.ts';
import { addWebhooks } from './webhooks.ts';

const ENVIRONMENT = `
Environment:
  RENDERDECK_URL (default http://127.0.0.1:4000)
  RENDERDECK_TOKEN, or RENDERDECK_USER and RENDERDECK_PASSWORD
  DATABASE_URL, only for admin (default: the file that "database create" writes)`;

/** Runs the command line and returns the exit code. */
export async function runCtl(args: readonly string[], io: Io): Promise<number> {
  const { perform, refuse, exitCode } = performer(io);
  const program = new Command(callOf('ctl'))
    .version(VERSION_TEXT)
    .description('Control desk of a render farm, from the command line.')
    .addHelpText('after', ENVIRONMENT)
    .exitOverride()
    .configureOutput({ writeOut: io.print, writeErr: io.printError });
  addUsers(program, perform, io);
  addPassword(program, perform, io);
  addTokens(program, perform);
  addSessions(program, perform);
  addJobs(program, perform, io);
  addHosts(program, perform, io);
  addFailures(program, perform);
  addMeasures(program, perform);
  addAudit(program, perform);
  addWebhooks(program, perform);
  addDoctor(program, perform);
  addDatabase(program, io, refuse);
  addAdmin(program, io, refuse);
  addCompletion(program, io.print);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return exitCode();
}
