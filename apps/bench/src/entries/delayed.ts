/*
 * Changes a priority through a proxy that delays each direction, as the network to a database does.
 * So it shows what the round trips of a change cost.
 */
import { setPriority } from '@renderdeck/operations';
import { connect } from '@renderdeck/store/connect';
import type { BenchFarm } from '../bench-farm.ts';
import { openRenderdeck } from '../contenders/renderdeck.ts';
import { openDelayingProxy } from '../delaying-proxy.ts';
import { type Finding, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { type Side, takeTurns } from '../take-turns.ts';

const EACH_WAY_MS = [0, 0.5, 1] as const;
const MOST_MS = 8;
/** After these turns the connection is open and its statements are prepared. */
const WARM_UP = 8;

export async function measureDelayed(
  farm: BenchFarm,
  { small, samples }: Sizes,
): Promise<Finding[]> {
  const database = await farm.database();
  const renderdeck = openRenderdeck(database);
  farm.onClose(() => renderdeck.close());
  await renderdeck.fill(small);
  const ids = await renderdeck.find('middle', small);
  const idOf = (turn: number) => ids[turn % ids.length] ?? '';
  let changes = 0;
  const sides: Side[] = [];
  for (const eachWayMs of EACH_WAY_MS) {
    const proxy = await openDelayingProxy(database.url, eachWayMs);
    const store = connect(proxy.url, { name: 'delayed', poolSize: 1 });
    farm.onClose(async () => {
      await store.close();
      await proxy.close();
    });
    sides.push({
      what: `setPriority, ${eachWayMs} ms each way to the database`,
      async measure() {
        changes += 1;
        const input = { id: idOf(changes), priority: (changes * 37) % 101, expectedVersion: null };
        let changed: { readonly ok: boolean } = { ok: false };
        const tookMs = await time(async () => {
          changed = await setPriority({ ...database.admin, db: store.db }, input);
        });
        if (!changed.ok) throw new Error('a rule rejected it');
        return tookMs;
      },
    });
  }
  const taken = await takeTurns(sides, { rounds: samples, warmUp: WARM_UP });
  return sides.map(({ what }) => {
    const p50 = median(taken(what));
    return timed(what, taken(what), { target: `p50 < ${MOST_MS} ms`, met: p50 < MOST_MS });
  });
}
