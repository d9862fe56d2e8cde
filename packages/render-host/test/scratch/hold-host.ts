/** Locks a scratch root until its input ends. Prints `held`, or who holds it, as JSON. */
import { lockHost } from '../../src/scratch/lock-host.ts';

const lock = await lockHost(process.argv[2] ?? '');
process.stdout.write(`${JSON.stringify('heldBy' in lock ? lock : 'held')}\n`);
if (!('heldBy' in lock)) {
  for await (const _ of process.stdin);
  await lock.release();
}
