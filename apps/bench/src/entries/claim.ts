/*
 * Claims and finishes jobs with four clients while no job, many or very many jobs wait behind. Each
 * round first submits as many jobs as it takes out, so that the queue keeps its depth.
 */
import type { BenchFarm } from '../bench-farm.ts';
import { type Contenders, openContenders } from '../contenders/open-contenders.ts';
import { compare, counted, type Finding, jobs, rated } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { type Side, takeTurns } from '../take-turns.ts';

const MOST_TIMES_FLAT = 1.3;
const GRAPHILE = "graphile-worker's rate";

type Way = {
  readonly name: string;
  /** The target: the least part of graphile-worker's rate. */
  readonly least?: number;
  prepare(): Promise<void>;
  complete(): Promise<void>;
};

export async function measureClaim(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const { depths, batch, rounds } = sizes;
  const atDepths: { readonly depth: number; readonly ways: readonly Way[] }[] = [];
  for (const depth of depths)
    atDepths.push({ depth, ways: waysOf(await openContenders(farm, depth), batch) });
  for (const { prepare, complete } of atDepths.flatMap(({ ways }) => ways)) {
    await prepare();
    await complete();
  }
  await farm.analyze();
  const rowOf = (name: string, depth: number) => `${name}, ${jobs(depth)} behind`;
  const sides: Side[] = atDepths.flatMap(({ depth, ways }) =>
    ways.map(({ name, prepare, complete }) => ({
      what: rowOf(name, depth),
      async measure() {
        await prepare();
        return (batch * 1000) / (await time(complete));
      },
    })),
  );
  const rates = await takeTurns(sides, { rounds });
  const rateOf = (name: string, depth: number) => median(rates(rowOf(name, depth)));
  const rows = atDepths.flatMap(({ depth, ways }) => {
    const graphile = ways.find(({ name }) => name.includes('graphile'))?.name ?? '';
    return ways.map(({ name, least }) => {
      const ratio = rateOf(name, depth) / rateOf(graphile, depth);
      const target = least === undefined || depth === 0 ? {} : { least };
      const against = name === graphile ? {} : compare(ratio, GRAPHILE, target);
      return rated(rowOf(name, depth), rates(rowOf(name, depth)), batch, against);
    });
  });
  const [first = 0, last = 0] = [depths[0], depths.at(-1)];
  // A contender that is not filled at the largest depth has no such row.
  const flat = (atDepths.at(-1)?.ways ?? []).map(({ name, least }) => {
    const ratio = rateOf(name, first) / rateOf(name, last);
    const target = least === undefined ? {} : { most: MOST_TIMES_FLAT };
    const what = `${name}, ${jobs(first)} → ${jobs(last)} behind`;
    return counted(what, '', compare(ratio, 'its time', target));
  });
  return [...rows, ...flat];
}

function waysOf({ all, renderdeck }: Contenders, batch: number): Way[] {
  const prepare = () => renderdeck.submitMany(batch);
  return [
    ...all.map((queue) => ({
      name: `claim and finish: ${queue.name}`,
      ...(queue === renderdeck ? { least: 1 } : {}),
      prepare: () => queue.submitMany(batch),
      complete: () => queue.complete(batch),
    })),
    {
      name: 'finish and claim the next in one statement: Renderdeck',
      least: 1.6,
      prepare,
      complete: () => renderdeck.completeAndTakeNext(batch),
    },
    {
      name: 'claim, gate before the output, finish: Renderdeck',
      prepare,
      complete: () => renderdeck.completeGated(batch),
    },
  ];
}
