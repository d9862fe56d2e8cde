import { randomBytes } from 'node:crypto';
import { apiFile, callOf, ownerFile, readSettingsFile, writeSettings } from '@renderdeck/settings';
import {
  FARM_DATABASE_NAME,
  farmDatabaseSql,
  type NewLogin,
} from '@renderdeck/store/farm-database-sql';
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT, type Io } from './perform.ts';

type Refuse = (code: number, text: string) => void;
type Options = { readonly server: string };

/** Where the server is, as in a URL: hosts with ports, and what follows the name of a database. */
const SERVER = /^([\w.:,[\]-]+)(\?[^#\s]+)?$/;

/**
 * `ctl database create` prints the SQL that makes the database of a farm and its logins to stdout,
 * for psql and a superuser, and keeps the passwords in files of settings that only this user may
 * read. It calls neither the API nor the database. If it runs again, the passwords stay the same.
 */
export function addDatabase(program: Command, io: Io, refuse: Refuse): void {
  program
    .command('database')
    .description('the database of the farm')
    .command('create')
    .argument('[name]', 'the name of the database', databaseName, 'farm')
    .description('print the SQL that makes the database and its logins, for psql')
    .option(
      '--server <host:port>',
      'the server as this machine reaches it; settings such as ?sslmode=verify-full may follow',
      serverName,
      '127.0.0.1:5432',
    )
    .action((name: string, { server }: Options) => create(name, server, io, refuse));
}

async function create(name: string, server: string, io: Io, refuse: Refuse): Promise<void> {
  const [ownerPath, apiPath] = [ownerFile(io.env), apiFile(io.env)];
  const owner = chooseLogin(`${name}_owner`, name, server, readSettingsFile(ownerPath));
  const api = chooseLogin(`${name}_api`, name, server, readSettingsFile(apiPath));
  for (const [path, { isOther }] of [
    [ownerPath, owner],
    [apiPath, api],
  ] as const)
    if (isOther) return refuse(EXIT.refused, `${path} ${OTHER}`);
  await writeSettings(ownerPath, { DATABASE_URL: owner.url });
  await writeSettings(apiPath, { DATABASE_URL: api.url });
  io.print(farmDatabaseSql({ database: name, owner, api }));
  io.printError(
    `${ownerPath} has the login of the owner of the tables, for migrate and ctl admin.\n` +
      `${apiPath} has that of the API. The SQL is for psql and a superuser:\n` +
      `  ${callOf('ctl database create')} … | psql postgres\n` +
      `Next: ${callOf('migrate')}\n`,
  );
}

const OTHER =
  'has the DATABASE_URL of another database, or of this one with other options. Move that file ' +
  'away, if this machine should serve a new farm.';

/**
 * The login with the password that the file has for it, or with a new one. `isOther`: the file is
 * for something else.
 */
export function chooseLogin(
  login: string,
  database: string,
  server: string,
  kept: { readonly DATABASE_URL?: string },
): NewLogin & { readonly url: string; readonly isOther: boolean } {
  const [, hosts = '', query = ''] = SERVER.exec(server) ?? [];
  const { DATABASE_URL: before } = kept;
  const [, known = null] = /^postgres:\/\/[^:@]+:([\w-]+)@/.exec(before ?? '') ?? [];
  const password = known ?? randomBytes(24).toString('base64url');
  const url = `postgres://${login}:${password}@${hosts}/${database}${query}`;
  return { login, password, url, isOther: before !== undefined && before !== url };
}

function databaseName(text: string): string {
  if (FARM_DATABASE_NAME.test(text)) return text;
  throw new InvalidArgumentError(
    'A name of 1 to 41 small letters, digits or _, with a letter first.',
  );
}

function serverName(text: string): string {
  if (SERVER.test(text)) return text;
  throw new InvalidArgumentError('The server is HOST:PORT, such as db.farm.example:5432.');
}
