import type { HostFinding } from '@renderdeck/domain';
import { isOpenToOthers, readCredentials } from '../../host/read-credentials.ts';
import { ok, type Preparing, todo } from './preparing.ts';

/** Examines the logins of the host for sources and uploads. None without a file. */
export async function findLogins({ config }: Preparing): Promise<readonly HostFinding[]> {
  const { credentialsFile: path } = config;
  if (path === null) return [];
  const name = 'logins';
  const read = await readCredentials(path);
  if (!read.ok) return [todo(name, read.sentence)];
  if (await isOpenToOthers(path))
    return [todo(name, `Other users may read ${path}: chmod 600 ${path}`)];
  const names = read.credentials.map((one) => `${one.name} (${one.for.join(', ')})`);
  return [ok(name, `${path} has ${names.length} logins: ${names.join(', ') || 'none'}.`)];
}
