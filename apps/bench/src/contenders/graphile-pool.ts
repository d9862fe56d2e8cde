import { Pool } from 'pg';

/** Connections for graphile-worker, which closes its own without waiting. pg's default is 10. */
export function openPool(connectionString: string, max?: number): Pool {
  const pool = new Pool({ connectionString, max });
  // Without listeners, a connection that breaks would end this process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * Resolves after the database has answered all that was sent. Call it after the runner has
 * stopped: graphile-worker sends the end of a job and does not wait for the answer.
 */
export async function closePool(pool: Pool): Promise<void> {
  while (pool.waitingCount > 0 || pool.idleCount < pool.totalCount) {
    await new Promise((resolve) => pool.once('release', resolve));
  }
  await pool.end();
}
