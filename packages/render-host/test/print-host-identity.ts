/** Prints as JSON who this host is, who holds its lock, or the sentence why that is not known. */

import { readHostIdentity } from '../src/read-host-identity.ts';
import { lockHost } from '../src/scratch/lock-host.ts';

const lock = await lockHost(process.argv[2] ?? '');
if ('heldBy' in lock) {
  process.stdout.write(JSON.stringify(lock));
} else {
  const read = await readHostIdentity(lock).catch((error: unknown) => String(error));
  process.stdout.write(JSON.stringify(read));
  await lock.release();
}
