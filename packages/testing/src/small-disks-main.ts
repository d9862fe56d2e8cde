/*
 * Runs a PostgreSQL in the mount namespace of this program, which small-disks.ts makes. Prints the
 * URL when the server runs. Starts it again for each line on stdin. The end of stdin stops it.
 */
import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startLocalPostgres } from '@renderdeck/local-postgres';
import { openSql } from './open-sql.ts';

const [dataDir = '', walDir = ''] = process.argv.slice(2);

/** Moves the WAL to the other disk, and lets PostgreSQL keep little of it. */
async function makeCluster(): Promise<void> {
  const server = await startLocalPostgres({ dataDir });
  const sql = openSql(server.url());
  await sql`alter system set min_wal_size = '32MB'`;
  await sql`alter system set max_wal_size = '32MB'`;
  await sql.end();
  await server.stop();
  const [wal, moved] = [join(dataDir, 'cluster', 'pg_wal'), join(walDir, 'pg_wal')];
  execFileSync('mv', [wal, moved]);
  await symlink(moved, wal);
}

await makeCluster();
const server = await startLocalPostgres({ dataDir });
console.log(server.url());
for await (const _ of createInterface({ input: process.stdin })) {
  await server.startAgain();
  console.log(server.url());
}
await server.stop();
