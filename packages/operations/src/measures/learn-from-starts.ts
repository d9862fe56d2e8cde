import { binOfForecast, forecastError, keepErrors, spanOfErrors } from '@renderdeck/domain';
import type { Database } from '@renderdeck/store';
import {
  areSamplesDue,
  type CountedBlocks,
  type FarmNow,
  readErrors,
  type SamplePlace,
  saveErrors,
  saveSamples,
  takeStartedSamples,
} from '@renderdeck/store/extras';

const EVERY_MS = 600_000;
/** Which of the first jobs are sampled, from 0. */
const FIRST_SAMPLES = [0, 2, 6, 14, 30, 60, 100, 150];
/** How many of the jobs behind them are sampled. */
const LATER_SAMPLES = 12;

/**
 * Every ten minutes, learns the spans of ranges from the samples whose jobs have started, and keeps
 * some forecasts as new samples. Runs after the forecast is saved, in the same transaction.
 */
export async function learnFromStarts(
  tx: Database,
  farm: FarmNow,
  later: CountedBlocks,
  jobsBefore: number,
): Promise<void> {
  if (!(await areSamplesDue(tx, EVERY_MS))) return;
  const byBin = new Map<number, number[]>();
  for (const { saidS, isFilling, trueS } of await takeStartedSamples(tx)) {
    const bin = binOfForecast(saidS, isFilling);
    byBin.set(bin, [...(byBin.get(bin) ?? []), forecastError(saidS, trueS)]);
  }
  for (const [bin, added] of byBin) {
    const errors = keepErrors(await readErrors(tx, bin), added);
    await saveErrors(tx, bin, errors, spanOfErrors(errors));
  }
  const ids = FIRST_SAMPLES.flatMap((index) => {
    const job = farm.first[index];
    return job === undefined ? [] : [{ id: job.id, place: index + 1 }];
  });
  await saveSamples(tx, farm, { ids, places: placesIn(later, jobsBefore) });
}

/** Places that are spread over the jobs in these blocks. */
function placesIn(later: CountedBlocks, jobsBefore: number): readonly SamplePlace[] {
  const counts = [...later].map(([block, work]) => ({
    block,
    jobs: work.reduce((sum, { jobs }) => sum + jobs, 0),
  }));
  const step = counts.reduce((sum, { jobs }) => sum + jobs, 0) / LATER_SAMPLES;
  const places: SamplePlace[] = [];
  let passed = 0;
  for (const { block, jobs } of counts) {
    for (let next = places.length * step; next < passed + jobs; next = places.length * step) {
      const skip = Math.floor(next - passed);
      places.push({ block, skip, place: jobsBefore + passed + skip + 1 });
    }
    passed += jobs;
  }
  return places;
}
