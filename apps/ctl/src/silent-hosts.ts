import type { Api } from '@renderdeck/client';
import { isRunning, type WireJob } from '@renderdeck/contract';

/** The names of the silent hosts; asked for only where one of the jobs renders. */
export async function findSilentHosts(
  api: Api,
  jobs: readonly WireJob[],
): Promise<ReadonlySet<string>> {
  if (!jobs.some(({ status }) => isRunning(status))) return new Set();
  const { hosts } = await api.listHosts.query();
  return new Set(hosts.filter(({ state }) => state === 'silent').map(({ name }) => name));
}
