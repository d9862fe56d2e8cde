/*
 * Changes the priority of a waiting job near the front, in the middle and at the end of the queue.
 * A change in Renderdeck returns two exact positions and writes an audit line and a change for the
 * streams. A change in the other programs only writes the number. Renderdeck's preview returns the
 * positions and changes nothing. A separate row shows only the time that a change waits for the
 * database, without the time of this process.
 */
import { previewPriority, setPriority } from '@renderdeck/operations';
import { connect } from '@renderdeck/store/connect';
import type { BenchFarm } from '../bench-farm.ts';
import { type Contender, PLACES, type Place } from '../contenders/contender.ts';
import { type Contenders, openContenders } from '../contenders/open-contenders.ts';
import { openDatabaseTimer } from '../database-time.ts';
import { compare, counted, type Finding, jobs, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { type Side, takeTurns } from '../take-turns.ts';

const MOST_OF_SMALL = 2;
const WARM_UP = 3;
const NEAREST = 20;
const MOST_MS = 1;

const change = (name: string, depth: number, place: Place) =>
  `setPriority, ${jobs(depth)}, ${place}: ${name}`;
const preview = (depth: number, place: Place) => `preview, ${jobs(depth)}, ${place}: Renderdeck`;

export async function measureSetPriority(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const { small, large, depths } = sizes;
  const sizesOfQueue = [...new Set([small, ...depths.slice(1)])];
  const rounds = Math.ceil(sizes.samples / 2);
  const sides: Side[] = [];
  for (const depth of sizesOfQueue)
    for (const place of PLACES)
      sides.push(...(await sidesAt(await openContenders(farm, depth), depth, place, rounds)));
  const taken = await takeTurns(sides, { rounds, warmUp: WARM_UP });

  const { renderdeck, graphile } = await openContenders(farm, small);
  const rows = sides.map(({ what }) => {
    const place = PLACES.find((one) => what.includes(`, ${one}: ${renderdeck.name}`));
    const depth = sizesOfQueue.find((one) => what.startsWith(`setPriority, ${jobs(one)},`));
    if (place === undefined || depth === undefined) return timed(what, taken(what));
    const ratio = median(taken(what)) / median(taken(change(graphile.name, depth, place)));
    return timed(what, taken(what), compare(ratio, graphile.name, {}));
  });
  const grown = (what: (depth: number) => string, most?: number) =>
    counted(
      what(large).replace(jobs(large), `${jobs(small)} → ${jobs(large)}`),
      '',
      compare(
        median(taken(what(large))) / median(taken(what(small))),
        `its time at ${jobs(small)}`,
        most === undefined ? {} : { most },
      ),
    );
  return [
    ...rows,
    ...PLACES.map((place) =>
      grown((depth) => change(renderdeck.name, depth, place), MOST_OF_SMALL),
    ),
    ...PLACES.map((place) => grown((depth) => change(graphile.name, depth, place))),
    ...PLACES.map((place) => grown((depth) => preview(depth, place), MOST_OF_SMALL)),
    ...(await measureInDatabase(farm, sizes)),
  ];
}

/** Measures how long setPriority waits for the database, and how long `select 1` waits. */
async function measureInDatabase(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const { small, large, samples } = sizes;
  const row = (depth: number) => `setPriority, ${jobs(depth)}: in the database alone`;
  const least = 'select 1: in the database alone';
  const sides: Side[] = [];
  for (const depth of new Set([small, large])) {
    const { renderdeck } = await openContenders(farm, depth);
    const ids = await renderdeck.find('middle', samples + WARM_UP);
    const timer = await openDatabaseTimer(renderdeck.database.url);
    const store = connect(timer.url, { name: 'bench', poolSize: 1 });
    farm.onClose(() => store.close().then(timer.close));
    const context = { ...renderdeck.database.admin, db: store.db };
    sides.push({
      what: row(depth),
      measure: (round) => {
        const change = { id: ids[round % ids.length] ?? '', priority: (round * 41 + 7) % 101 };
        return timer.measure(() => setPriority(context, { ...change, expectedVersion: null }));
      },
    });
    if (depth === small)
      sides.push({
        what: least,
        measure: () => timer.measure(() => Promise.resolve(store.db.execute('select 1'))),
      });
  }
  const taken = await takeTurns(sides, { rounds: samples, warmUp: WARM_UP });
  return sides.map(({ what }) =>
    what === row(large)
      ? timed(what, taken(what), {
          ...compare(median(taken(what)) / median(taken(row(small))), `its time at ${jobs(small)}`),
          ...{ target: `< ${MOST_MS} ms`, met: median(taken(what)) < MOST_MS },
        })
      : timed(what, taken(what)),
  );
}

/** In every turn, changes another job at this place to a priority that the job does not have. */
async function sidesAt(
  { all, renderdeck }: Contenders,
  depth: number,
  place: Place,
  rounds: number,
): Promise<Side[]> {
  const ids = new Map<Contender, readonly string[]>();
  for (const queue of all) ids.set(queue, await queue.find(place, rounds + WARM_UP));
  const idOf = (queue: Contender, round: number) => {
    const known = ids.get(queue) ?? [];
    return known[round % known.length] ?? '';
  };
  const priority = (round: number) => (round * 37) % 101;
  return [
    ...all.map((queue) => ({
      what: change(queue.name, depth, place),
      measure: (round: number) =>
        time(() => queue.setPriority(idOf(queue, round), priority(round))),
    })),
    {
      what: preview(depth, place),
      measure: (round: number) =>
        time(() =>
          previewPriority(renderdeck.database.admin, {
            ...{ id: idOf(renderdeck, round), priority: priority(round), skip: 0 },
            limit: NEAREST,
          }),
        ),
    },
  ];
}
