import { FORBID_LARGE_OBJECTS } from './grants.ts';
import { verifierOf } from './host-login-sql.ts';
import { identifier, literal } from './quote-sql.ts';

/** A login with its password. */
export type NewLogin = { readonly login: string; readonly password: string };

export type FarmDatabase = {
  readonly database: string;
  /** Owns the tables, and makes the logins of hosts that join. */
  readonly owner: NewLogin;
  readonly api: NewLogin;
};

/** The database that `ctl database create` makes, and its logins. */
export const FARM_DATABASE_NAME = /^[a-z][a-z0-9_]{0,40}$/;

/** `migrate` gives them their rights, and would make them if it may. */
const ROLES = ['renderdeck_api', 'renderdeck_worker', 'renderdeck_host'];

/**
 * The script for psql that makes the database of a farm and its logins, to be run by a superuser.
 * It has SCRAM verifiers instead of passwords. If one of the names is taken, it makes nothing.
 */
export function farmDatabaseSql({ database, owner, api }: FarmDatabase): string {
  const create = ({ login, password }: NewLogin, rights: string) =>
    `CREATE ROLE ${identifier(login)} LOGIN PASSWORD ${literal(verifierOf(password))}${rights};`;
  const logins = [owner.login, api.login].map(literal).join(', ');
  return [
    '\\set ON_ERROR_STOP on',
    'DO $do$ BEGIN',
    `  IF EXISTS (SELECT FROM pg_database WHERE datname = ${literal(database)}) THEN`,
    `    RAISE 'the database % exists already', ${literal(database)}`,
    "      USING HINT = 'If it is empty, because this script was cut off: drop it.';",
    '  END IF;',
    `  IF EXISTS (SELECT FROM pg_roles WHERE rolname IN (${logins})) THEN`,
    `    RAISE 'one of the logins % exists already', concat_ws(' and ', ${logins});`,
    '  END IF;',
    'END $do$;',
    `CREATE DATABASE ${identifier(database)} TEMPLATE template0 ENCODING 'UTF8';`,
    'BEGIN;',
    'DO $do$ DECLARE shared text; BEGIN',
    `  FOREACH shared IN ARRAY ARRAY[${ROLES.map(literal).join(', ')}] LOOP`,
    "    BEGIN EXECUTE format('CREATE ROLE %I NOLOGIN', shared);",
    '    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;',
    '  END LOOP;',
    'END $do$;',
    create(owner, ' CREATEROLE'),
    // The owner makes the logins of hosts, also if another farm of this cluster made the role.
    `GRANT renderdeck_host TO ${identifier(owner.login)} WITH ADMIN OPTION;`,
    create(api, ' IN ROLE renderdeck_api'),
    `ALTER DATABASE ${identifier(database)} OWNER TO ${identifier(owner.login)};`,
    'COMMIT;',
    `\\connect ${database}`,
    FORBID_LARGE_OBJECTS,
    '',
  ].join('\n');
}
