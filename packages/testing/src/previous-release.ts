import { readFile } from 'node:fs/promises';
import type { Sql } from './open-sql.ts';

const RELEASE = new URL('./previous-release.sql', import.meta.url);

/**
 * Replaces a database by an empty one of the previous release, with its functions and rights. The
 * roles of programs must exist. `sql` is a connection of the owner.
 */
export async function makePrevious(sql: Sql): Promise<void> {
  const text = await readFile(RELEASE, 'utf8');
  await sql.unsafe(`
    drop schema public cascade; drop schema if exists drizzle cascade; create schema public;
    grant usage on schema public to public; ${text}`);
}
