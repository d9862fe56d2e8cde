import { randomBytes } from 'node:crypto';
import { hostNameSchema } from '@renderdeck/contract';
import { hostLoginSql, isLogin, loginOf } from '@renderdeck/store/host-login-sql';
import { type Command, InvalidArgumentError } from 'commander';
import { jsonOption } from './command-options.ts';
import type { Io } from './perform.ts';

type Options = {
  readonly login?: string;
  readonly existing?: string;
  readonly json?: boolean;
};

/**
 * `ctl hosts add` prints the SQL that gives a host a login of its own to stdout, for the owner of
 * the database. The SQL contains no password. The password goes to stderr, for the settings of the
 * worker. The command calls neither the API nor the database.
 */
export function addAddHost(hosts: Command, { print, printError }: Io): void {
  hosts
    .command('add')
    .argument('<name>', 'the RENDERDECK_WORKER_NAME of the host', hostName)
    .description('print the SQL that gives a host a database login of its own')
    .option('--login <login>', 'the login to make (default: made from the name)', loginName)
    .option('--existing <login>', 'bind the name to this login; make no login', loginName)
    .addOption(jsonOption())
    .action((host: string, { login, existing, json = false }: Options) => {
      const added = {
        host,
        login: existing ?? login ?? loginOf(host),
        password: existing === undefined ? randomBytes(24).toString('base64url') : null,
      };
      const sql = hostLoginSql(added);
      if (json) return print(`${JSON.stringify({ ...added, sql }, null, 2)}\n`);
      print(sql);
      printError(explain(added));
    });
}

function explain({ login, password }: { login: string; password: string | null }): string {
  const where = 'Run this SQL in the database of the farm, as the user of migrate:';
  const how = '  ctl hosts add … | psql --set ON_ERROR_STOP=1 "$DATABASE_URL"';
  const secret =
    password === null
      ? 'The login keeps its password.'
      : `The worker of this host then connects with:\n` +
        `  DATABASE_URL=postgres://${encodeURIComponent(login)}:${password}@…`;
  return `${where}\n${how}\n${secret}\n`;
}

function hostName(text: string): string {
  const read = hostNameSchema.safeParse(text);
  if (read.success) return read.data;
  throw new InvalidArgumentError(read.error.issues.map(({ message }) => message).join(' '));
}

function loginName(text: string): string {
  if (isLogin(text)) return text;
  throw new InvalidArgumentError('A login has 1 to 63 bytes and does not begin with pg_.');
}
