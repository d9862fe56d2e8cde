import { readFile } from 'node:fs/promises';

/** The pid of the local PostgreSQL of this data folder. Null if none runs. */
export async function findPostmaster(dataDir: string): Promise<number | null> {
  const file = `${dataDir}/postgres/cluster/postmaster.pid`;
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (!(pid > 0)) return null;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes('postgres') ? pid : null;
}
