/* Measures reads over REST of a job that is small, and of a job of 1 MB, in turn. */
import type { Json } from '@renderdeck/domain';
import { startApiProgram } from '../api-program.ts';
import type { BenchFarm } from '../bench-farm.ts';
import { PAYLOAD } from '../contenders/contender.ts';
import { openContenders } from '../contenders/open-contenders.ts';
import { compare, type Finding, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { takeTurns } from '../take-turns.ts';

const MOST_OF_SMALL = 2;
const WARM_UP = 5;
/** A job of 1 MB in 15,000 fields. */
const LARGE_PAYLOAD = {
  ...PAYLOAD,
  fields: Object.fromEntries(
    Array.from({ length: 15_000 }, (_, number) => [`field ${number}`, 'x'.repeat(50)]),
  ),
};

export async function measureJobSize(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const { renderdeck } = await openContenders(farm, sizes.small);
  const api = await startApiProgram(farm, renderdeck.database);
  try {
    const readerOf = async (what: string, job: Json) => {
      const id = await renderdeck.submit(job);
      return { what, measure: () => time(() => api.send('GET', `/api/jobs/${id}`)) };
    };
    const small = await readerOf('one job, 100 bytes', PAYLOAD);
    const large = await readerOf('one job, 1 MB', LARGE_PAYLOAD);
    const taken = await takeTurns([small, large], { rounds: sizes.samples, warmUp: WARM_UP });
    const [few, many] = [taken(small.what), taken(large.what)];
    const ratio = median(many) / median(few);
    return [
      timed(small.what, few),
      timed(large.what, many, compare(ratio, 'its time at 100 bytes', { most: MOST_OF_SMALL })),
    ];
  } finally {
    await api.end();
  }
}
