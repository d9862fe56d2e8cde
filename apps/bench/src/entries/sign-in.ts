/*
 * Measures whether the time of a refused sign-in shows if a user exists. An unknown name and a
 * wrong password take turns, in changing order. Both must take the same time. Two numbers decide
 * this: the median of the ratios, and the number of pairs in which the unknown name was slower.
 */
import { createUser, login } from '@renderdeck/operations';
import type { BenchFarm } from '../bench-farm.ts';
import { type Finding, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';

const MOST_APART = 0.05;

export async function measureSignIn(farm: BenchFarm, { name }: Sizes): Promise<Finding[]> {
  const pairs = name === 'full' ? 400 : 60;
  const { admin, sql } = await farm.database();
  await createUser(admin, { name: 'sam', role: 'viewer', password: 'an honest long password' });
  const requestContext = {
    ...admin.requestContext,
    actor: { kind: 'anonymous', name: 'unknown' },
  } as const;
  async function refused(name: string): Promise<number> {
    // After some failed sign-ins, a sign-in waits before its password is checked. Prevent that.
    await sql`DELETE FROM login_attempts`;
    return await time(() =>
      login({ ...admin, requestContext }, { username: name, password: 'wrong' }),
    );
  }
  const taken: { unknown: number; wrong: number }[] = [];
  // The first pair is a warm-up.
  for (let turn = 0; turn <= pairs; turn += 1) {
    const names = turn % 2 === 0 ? ['nobody', 'sam'] : ['sam', 'nobody'];
    const times = new Map<string, number>();
    for (const name of names) times.set(name, await refused(name));
    if (turn > 0)
      taken.push({
        unknown: times.get('nobody') ?? Number.NaN,
        wrong: times.get('sam') ?? Number.NaN,
      });
  }
  const ratio = median(taken.map(({ unknown, wrong }) => unknown / wrong));
  const slower = taken.filter(({ unknown, wrong }) => unknown > wrong).length;
  // If both take the same time, 999 of 1000 runs are at most this far from half of the pairs.
  const within = (3.3 * Math.sqrt(pairs)) / 2;
  const byChance = `${Math.ceil(pairs / 2 - within)}–${Math.floor(pairs / 2 + within)}`;
  return [
    timed(
      'sign-in refused: wrong password',
      taken.map(({ wrong }) => wrong),
    ),
    timed(
      'sign-in refused: unknown user',
      taken.map(({ unknown }) => unknown),
      {
        ratio: `${ratio.toFixed(3)} × wrong password; slower in ${slower} of ${pairs}`,
        target: `within ${MOST_APART * 100} % both ways, or by chance (${byChance})`,
        met: Math.abs(ratio - 1) <= MOST_APART || Math.abs(slower - pairs / 2) <= within,
      },
    ),
  ];
}
