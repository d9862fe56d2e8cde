/*
 * Faults happen to a whole farm, in an order that a seed determines (../chaos/run-chaos.ts). The 90
 * s here have about half of the kinds of fault; three minutes have each. RENDERDECK_TEST_SEED
 * repeats the order; the times differ. RENDERDECK_CHAOS_MINUTES is how long faults happen. The
 * command `chaos` sets both. RENDERDECK_CHAOS_FAULTS is a part of the names of the only faults that
 * happen.
 */
import { SEED } from '@renderdeck/testing/random';
import { expect, test } from 'vitest';
import { whyNoChaos } from '../chaos/namespaces.ts';
import { runChaos } from '../chaos/run-chaos.ts';

const MINUTES = Number(process.env.RENDERDECK_CHAOS_MINUTES ?? 1.5);
const why = whyNoChaos();

test.skipIf(why !== '')(
  `${MINUTES} minutes of faults break no promise${why}`,
  { timeout: (MINUTES + 15) * 60_000 },
  async () => {
    const only = process.env.RENDERDECK_CHAOS_FAULTS;
    const { broken, counts, faults } = await runChaos({ minutes: MINUTES, seed: SEED, only });
    const report = JSON.stringify({ seed: SEED, ...counts, ...Object.fromEntries(faults) });
    console.log(`chaos: ${report}`);
    expect(broken, report).toEqual([]);
    expect(counts.outputs).toBeGreaterThan(MINUTES * 5);
    expect(counts.stops).toBeGreaterThan(MINUTES);
  },
);
