/*
 * Cancels a waiting job of a small queue and of a large one, and compares with the other programs.
 */
import type { BenchFarm } from '../bench-farm.ts';
import type { Contender } from '../contenders/contender.ts';
import { openContenders } from '../contenders/open-contenders.ts';
import { compare, counted, type Finding, jobs, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { type Side, takeTurns } from '../take-turns.ts';

const WARM_UP = 3;
const MOST_OF_SMALL = 2;
const cancel = ({ name }: Contender, depth: number) =>
  `cancel of a waiting job, ${jobs(depth)}: ${name}`;

export async function measureCancelQueued(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const { small, large, samples: rounds } = sizes;
  const sides: (Side & { readonly depth: number; readonly queue: Contender })[] = [];
  for (const depth of new Set([small, large]))
    for (const queue of (await openContenders(farm, depth)).all) {
      // Add jobs, because the queue may have fewer jobs than the turns need.
      for (let left = rounds + WARM_UP; depth < 10 * rounds && left > 0; left -= 1)
        await queue.submit();
      const ids = await queue.find('middle', rounds + WARM_UP);
      sides.push({
        ...{ what: cancel(queue, depth), depth, queue },
        measure: (round) => time(() => queue.cancel(ids[round] ?? '')),
      });
    }
  const taken = await takeTurns(sides, { rounds, warmUp: WARM_UP });
  const { renderdeck, boss } = await openContenders(farm, large);
  return [
    ...sides.map(({ what, depth, queue }) => {
      const ofBoss = median(taken(what)) / median(taken(cancel(boss, depth)));
      return timed(what, taken(what), queue.name === boss.name ? {} : compare(ofBoss, 'pg-boss'));
    }),
    counted(
      `cancel of a waiting job, ${jobs(small)} → ${jobs(large)}: Renderdeck`,
      '',
      compare(
        median(taken(cancel(renderdeck, large))) / median(taken(cancel(renderdeck, small))),
        `its time at ${jobs(small)}`,
        { most: MOST_OF_SMALL },
      ),
    ),
  ];
}
