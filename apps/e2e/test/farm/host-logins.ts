import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { TestDatabase } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { programCommand } from '@renderdeck/testing/program-command';

/**
 * Creates a database login for one host as an operator does: `ctl hosts add` prints the SQL, and
 * the owner of the database runs it. Returns the DATABASE_URL for the worker of this host.
 */
export async function addHostLogin(database: TestDatabase, host: string): Promise<string> {
  const login = `test_${host}_${randomBytes(4).toString('hex')}`;
  const [program, ...args] = await programCommand('apps/ctl/src/main.ts');
  const command = ['hosts', 'add', host, '--login', login, '--json'];
  const { stdout } = await promisify(execFile)(program, [...args, ...command], {
    env: { PATH: process.env.PATH },
  });
  const added: { password: string; sql: string } = JSON.parse(stdout);
  const owner = openSql(database.url, 1);
  const url = database.urlWith(login, added.password);
  await owner.unsafe(added.sql);
  await owner.end();
  return url;
}
