/*
 * `migrate`: brings the database of DATABASE_URL to this version. With `--bring-over` it also
 * accepts a database from before the first release. With `--dry-run` it only says what it would do.
 * Exit code 0: done. 1: it failed, with one sentence on stderr. 2: the settings or the arguments
 * are wrong.
 */
import { answerCall, callOf } from '@renderdeck/settings';
import { migrateConfig } from './config.ts';
import { migrate } from './migrate.ts';
import { planMigration } from './plan-migration.ts';

const NO_ADMIN =
  'No admin can sign in yet. Make one with the same DATABASE_URL; it prints the password: ' +
  callOf('ctl admin create NAME');

const BRING_OVER = '--bring-over';
const DRY_RUN = '--dry-run';

const printError = (message: string) => void process.stderr.write(`${message}\n`);

const args = process.argv.slice(2);
const answer = answerCall(args, {
  command: `migrate [${BRING_OVER} | ${DRY_RUN}]`,
  does: 'Brings the database of DATABASE_URL to the schema of this version.',
});
const config = migrateConfig();
if (answer !== null) {
  process.stdout.write(`${answer}\n`);
} else if (args.length > 1 || args.some((arg) => arg !== BRING_OVER && arg !== DRY_RUN)) {
  printError(`migrate knows ${BRING_OVER} or ${DRY_RUN}.`);
  process.exitCode = 2;
} else if (config.ok) {
  try {
    if (args.includes(DRY_RUN)) await printPlan(config.databaseUrl);
    else await run(config.databaseUrl, args.includes(BRING_OVER));
  } catch (error) {
    printError(describe(error));
    process.exitCode = 1;
  }
} else {
  printError(config.sentence);
  process.exitCode = 2;
}

async function run(databaseUrl: string, bringOver: boolean): Promise<void> {
  const { hasAdmin } = await migrate(databaseUrl, printError, { bringOver });
  process.stdout.write('The database is migrated.\n');
  if (!hasAdmin) process.stdout.write(`${NO_ADMIN}\n`);
}

async function printPlan(databaseUrl: string): Promise<void> {
  for (const line of await planMigration(databaseUrl)) process.stdout.write(`${line}\n`);
}

/** The message of a failed statement says too little; its cause has the answer of PostgreSQL. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` ${error.cause.message}.` : '';
  return error.message.startsWith('Failed query')
    ? `The migration failed:${cause} ${error.message}`
    : error.message;
}
