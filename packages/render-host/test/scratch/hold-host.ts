/** Locks a scratch root until its input ends. Prints as JSON `held`, or who has the lock. */
import { lockHost } from '../../src/scratch/lock-host.ts';

const lock = await lockHost(process.argv[2] ?? '');
process.stdout.write(`${JSON.stringify('heldBy' in lock ? lock : 'held')}\n`);
if (!('heldBy' in lock)) {
  for await (const _ of process.stdin);
  await lock.release();
}
