import { renewEveryMs } from '@renderdeck/domain';
import { HEARTBEAT_MS } from '@renderdeck/store/connect';
import { ORPHANS_EVERY_MS } from '../../src/daemon/daemon.ts';
import { POLL_EVERY_MS } from '../../src/loops/claim-loop.ts';
import { TIMES } from '../../src/loops/journal-loop.ts';
import { COUNT_EVERY_MS } from '../../src/loops/queue-wakes.ts';
import { EVERY_MS as RECOVER_EVERY_MS } from '../../src/loops/recovery-loop.ts';
import { ASK_EVERY_MS } from '../../src/loops/request-loop.ts';
import { LEAST_PAUSE } from '../../src/loops/run-periodically.ts';

/** A loop of an idle host: its shortest and longest pause, and the statements of one turn. */
type Turns = { readonly least: number; readonly most: number; readonly statements: number };

/**
 * How many statements an idle host sends in this time, by the pauses of its loops. `most` holds
 * whatever the load. `least` holds while the database answers at once.
 */
export function idleStatements(
  forMs: number,
  { leaseMs, polls }: { readonly leaseMs: number; readonly polls: boolean },
): { readonly least: number; readonly most: number } {
  const every = (ms: number, statements = 1): Turns => ({ least: ms, most: ms, statements });
  const some = (ms: number): Turns => ({ least: LEAST_PAUSE * ms, most: ms, statements: 1 });
  const loops: Turns[] = [
    every(renewEveryMs(leaseMs)),
    some(POLL_EVERY_MS),
    // The incarnation is read, and that the journal is sent is recorded.
    every(TIMES.everyMs, 2),
    { ...COUNT_EVERY_MS, statements: 1 },
    every(ORPHANS_EVERY_MS, 2),
    // Not every host looks at the leases of the others.
    { least: RECOVER_EVERY_MS, most: Number.POSITIVE_INFINITY, statements: 1 },
    // LISTEN and UNLISTEN.
    polls ? some(ASK_EVERY_MS) : every(HEARTBEAT_MS.alone, 2),
  ];
  const add = (turns: (loop: Turns) => number) =>
    loops.reduce((sum, loop) => sum + turns(loop) * loop.statements, 0);
  return {
    least: add(({ most }) => Math.floor(forMs / most)),
    most: add(({ least }) => Math.ceil(forMs / least) + 1),
  };
}
