import type { Random } from '@renderdeck/testing/random';
import { FAULTS } from './faults.ts';
import { pause } from './pause.ts';
import type { World } from './world.ts';

export type FaultSettings = {
  readonly minutes: number;
  /** A part of the names of the faults to use; undefined: all. */
  readonly only: string | undefined;
};

/**
 * Lets one fault after the other happen, in an order that the seed determines, each kind as often
 * as every other. Faults of different hosts, APIs and the database overlap; one host, one API and
 * the database have one fault at a time. Returns how often each happened.
 */
export async function runFaults(
  world: World,
  { minutes, only }: FaultSettings,
  random: Random,
): Promise<ReadonlyMap<string, number>> {
  const names = Object.keys(FAULTS).filter((name) => only === undefined || name.includes(only));
  const counts = new Map<string, number>();
  const hit = new Set<unknown>();
  const running = new Set<Promise<void>>();
  let deck: string[] = [];
  const draw = (): string => {
    if (deck.length === 0) deck = [...names];
    const name = random.pick(deck);
    deck = deck.filter((one) => one !== name);
    return name;
  };

  /** Starts the fault, unless what it would hit has a fault already. */
  function start(name: string): void {
    const fault = FAULTS[name];
    const own = random.fork();
    const [target, run] = aim(world, fault, random, own);
    if (hit.has(target)) return;
    hit.add(target);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const over: Promise<void> = run()
      .catch((error: unknown) => world.broken(`the fault "${name}" failed: ${error}`))
      .finally(() => {
        hit.delete(target);
        running.delete(over);
      });
    running.add(over);
  }

  const until = performance.now() + minutes * 60_000;
  while (performance.now() < until) {
    start(draw());
    await pause(random.between(300, 2500));
  }
  await Promise.all(running);
  return counts;
}

function aim(
  world: World,
  fault: (typeof FAULTS)[string] | undefined,
  random: Random,
  own: Random,
): [target: unknown, run: () => Promise<void>] {
  if (fault === undefined) throw new Error('no fault has this name');
  if (fault.hits === 'database') return [world.database, () => fault.run(world, own)];
  if (fault.hits === 'api') {
    const api = random.pick(world.apis);
    return [api, () => fault.run(world, api, own)];
  }
  const host = random.pick(world.hosts);
  return [host, () => fault.run(world, host, own)];
}
