import { readFileSync } from 'node:fs';
import type { World } from './world.ts';

const EVERY_MS = 5000;
/** A shorter run says nothing about a leak. */
const LEAST_SAMPLES = 120;
const MAY_GROW_MB = 40;

/**
 * Measures the API that no fault kills. Its least memory in the last third of the run may be only
 * a little more than in the second third: the first third fills caches.
 */
export function watchMemory({ apis }: World) {
  const samples: number[] = [];
  const measured = apis.at(-1)?.running()?.pid ?? 0;
  const timer = setInterval(() => {
    const [, kb = '0'] =
      /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${measured}/status`, 'utf8')) ?? [];
    samples.push(Number(kb) / 1024);
  }, EVERY_MS);
  const third = (number: number) => {
    const size = Math.floor(samples.length / 3);
    return Math.round(Math.min(...samples.slice(number * size, (number + 1) * size)));
  };
  return {
    counts: () => ({ apiMbSecondThird: third(1), apiMbLastThird: third(2) }),
    /** Ends the measurement. Returns what does not hold. */
    end(): string[] {
      clearInterval(timer);
      const [before, after] = [third(1), third(2)];
      const isFlat = samples.length < LEAST_SAMPLES || after <= before + MAY_GROW_MB;
      return isFlat ? [] : [`the memory of the last API grew from ${before} to ${after} MB`];
    },
  };
}
