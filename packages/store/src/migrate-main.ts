/*
 * `migrate`: brings the database of DATABASE_URL to this version. With `--bring-over` it also
 * accepts a database from before the first release. Exit code 0: done. 1: it failed, with one
 * sentence on stderr. 2: the settings or the arguments are wrong.
 */
import { answerCall, callOf } from '@renderdeck/settings';
import { migrateConfig } from './config.ts';
import { migrate } from './migrate.ts';

const NO_ADMIN =
  'No admin can sign in yet. Make one with the same DATABASE_URL; it prints the password: ' +
  callOf('ctl admin create NAME');

const BRING_OVER = '--bring-over';

const printError = (message: string) => void process.stderr.write(`${message}\n`);

const args = process.argv.slice(2);
const answer = answerCall(args, {
  command: `migrate [${BRING_OVER}]`,
  does: 'Brings the database of DATABASE_URL to the schema of this version.',
});
const config = migrateConfig();
if (answer !== null) {
  process.stdout.write(`${answer}\n`);
} else if (args.some((arg) => arg !== BRING_OVER)) {
  printError(`migrate knows ${BRING_OVER} only.`);
  process.exitCode = 2;
} else if (config.ok) {
  try {
    const options = { bringOver: args.includes(BRING_OVER) };
    const { hasAdmin } = await migrate(config.databaseUrl, printError, options);
    process.stdout.write('The database is migrated.\n');
    if (!hasAdmin) process.stdout.write(`${NO_ADMIN}\n`);
  } catch (error) {
    printError(describe(error));
    process.exitCode = 1;
  }
} else {
  printError(config.sentence);
  process.exitCode = 2;
}

/** The message of a failed statement says too little; its cause has the answer of PostgreSQL. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` ${error.cause.message}.` : '';
  return error.message.startsWith('Failed query')
    ? `The migration failed:${cause} ${error.message}`
    : error.message;
}
