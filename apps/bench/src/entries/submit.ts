/*
 * Submits jobs: with one client that waits for each answer, with four clients, and many jobs at
 * once in the way that each program has for that. All queues hold the same number of jobs.
 */
import type { BenchFarm } from '../bench-farm.ts';
import { CLIENTS, type Contender } from '../contenders/contender.ts';
import { openContenders } from '../contenders/open-contenders.ts';
import { compare, type Finding, jobs, rated, timed } from '../finding.ts';
import { median, rate, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { takeTurns } from '../take-turns.ts';

const LEAST_OF_PG_BOSS = 2;
const RATE = "pg-boss's rate";

export async function measureSubmit(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const depth = sizes.depths[1] ?? 0;
  const { all, renderdeck, boss } = await openContenders(farm, depth);
  const { rounds, samples, batch } = sizes;
  const one = ({ name }: Contender) => `submit, ${jobs(depth)} wait, 1 client: ${name}`;
  const four = ({ name }: Contender) => `submit, ${jobs(depth)} wait, ${CLIENTS} clients: ${name}`;
  const many = ({ name }: Contender) => `submit ${batch} at once: ${name}`;

  const timesOfOne = await takeTurns(
    all.map((queue) => ({ what: one(queue), measure: () => time(() => queue.submit()) })),
    { rounds: samples, warmUp: 5 },
  );
  const rates = await takeTurns(
    all.flatMap((queue) => [
      { what: four(queue), measure: () => rate(batch, CLIENTS, () => queue.submit()) },
      {
        what: many(queue),
        measure: async () => (batch * 1000) / (await time(() => queue.submitMany(batch))),
      },
    ]),
    { rounds },
  );
  const row = (nameOf: (queue: Contender) => string, least: { readonly least?: number }) =>
    all.map((queue) => {
      const ratio = median(rates(nameOf(queue))) / median(rates(nameOf(boss)));
      const target = queue === renderdeck ? least : {};
      const against = queue === boss ? {} : compare(ratio, RATE, target);
      return rated(nameOf(queue), rates(nameOf(queue)), batch, against);
    });
  return [
    ...all.map((queue) => timed(one(queue), timesOfOne(one(queue)))),
    ...row(four, { least: LEAST_OF_PG_BOSS }),
    ...row(many, {}),
  ];
}
