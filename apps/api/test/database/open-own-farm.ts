import { startLocalPostgres } from '@renderdeck/local-postgres';
import { migrate } from '@renderdeck/store/connect';
import { temporaryFolder } from '@renderdeck/testing';
import { openFixedAddress } from '@renderdeck/testing/fixed-address';
import { openSql } from '@renderdeck/testing/open-sql';
import { startApi } from '../../testing/start-api.ts';
import { addTokenAndJob } from './add-token-and-job.ts';
import { ADMIN_PASSWORD } from './ask-everything.ts';

/** Starts the API as a program on this database, with an admin, a token and a job. */
export async function startOwnApi(ownerUrl: string, apiUrl = ownerUrl) {
  const { headers, job } = await addTokenAndJob(ownerUrl);
  const api = await startApi({
    DATABASE_URL: apiUrl,
    RENDERDECK_LOG_LEVEL: 'warn',
    RENDERDECK_ADMIN_PASSWORD: ADMIN_PASSWORD,
    // On a busy machine, and after it was frozen, the API would refuse requests as overloaded.
    RENDERDECK_MAX_DELAY_MS: '0',
  });
  return {
    api,
    asking: { url: api.url, headers, jobId: job.id },
    /** The status of /readyz, and what it says is wrong. */
    async readiness(): Promise<string> {
      const answer = await fetch(`${api.url}/readyz`);
      const { detail = '' }: { detail?: string } = JSON.parse(await answer.text());
      return `${answer.status} ${detail}`.trim();
    },
  };
}

/**
 * A PostgreSQL of this test alone, whose settings it may change, and the API as a program on it.
 * The API has a login with the rights of its role. All its connections can be reset.
 */
export async function openOwnFarm() {
  const folder = await temporaryFolder('conditions');
  const server = await startLocalPostgres({ dataDir: folder.path });
  await migrate(server.url());
  const sql = openSql(server.url(), 4);
  await sql`create role of_the_api login password 'of the api' in role renderdeck_api`;
  const address = await openFixedAddress(server.url());
  const apiUrl = Object.assign(new URL(address.through(server.url())), {
    username: 'of_the_api',
    password: 'of the api',
  }).href;
  const started = await startOwnApi(server.url(), apiUrl);
  return {
    ...started,
    sql,
    server,
    dataDir: folder.path,
    resetConnections: () => address.switchTo(server.url()),
    endSessions: () =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'of_the_api'`,
    async close() {
      const exit = await started.api.end();
      await address.close();
      await sql.end();
      await server.stop();
      await folder.remove();
      return exit;
    },
  };
}
