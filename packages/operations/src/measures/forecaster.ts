/*
 * Makes the forecast of all starts (domain's forecast-queue.ts), in one short transaction:
 *
 * 1. Take the lock of estimates. Another process that has it, or has just made a forecast, is
 *    enough: all readers use the same rows.
 * 2. Read the slots, the first jobs of the queue, and the counts of the blocks behind them. Only
 *    blocks whose count has changed are read, and all of them every ten minutes, because a block
 *    may change and keep its count.
 * 3. Forecast, save, and now and then keep some forecasts as samples. When their jobs have
 *    started, the ranges learn from their errors.
 */
import { type ErrorSpan, PLACED_JOBS, type QueueForecast, rangeOfWait } from '@renderdeck/domain';
import { type Database, inTransaction } from '@renderdeck/store';
import {
  type CountedBlocks,
  type CountedWork,
  countBlocksBehind,
  type FarmNow,
  type ForecastRow,
  readAllBlocksBehind,
  readBlocks,
  readErrorSpans,
  readFarmNow,
  readPaces,
  readRestOfBlock,
  saveForecast,
} from '@renderdeck/store/extras';
import { type DatabaseContext, DONE, type Done } from '../operation-context.ts';
import { forecastFarm } from './forecast-farm.ts';
import { learnFromStarts } from './learn-from-starts.ts';

const READ_ALL_EVERY_MS = 600_000;

export type Forecaster = { forecast(context: DatabaseContext): Promise<Done> };

/** One for each process: it keeps what it has read of the queue. */
export function createForecaster(): Forecaster {
  const blocks = keepBlocks();
  return {
    async forecast({ db }) {
      await inTransaction(db, async (tx) => {
        const farm = await readFarmNow(tx);
        if (farm === null) return;
        const last = farm.first.length < PLACED_JOBS ? undefined : farm.first.at(-1)?.key;
        const rest = last === undefined ? [] : await readRestOfBlock(tx, last);
        const later: CountedBlocks = last === undefined ? new Map() : await blocks.read(tx, last);
        const paces = await readPaces(tx, [...pacesOf(farm, rest, later)]);
        const forecast = forecastFarm(farm, [rest, ...later.values()], paces);
        const spans = await readErrorSpans(tx);
        await saveForecast(tx, farm.at, rowsOf(forecast, farm.isFilling, spans));
        const jobsBefore = farm.first.length + rest.reduce((sum, { jobs }) => sum + jobs, 0);
        await learnFromStarts(tx, farm, later, jobsBefore);
      });
      return DONE;
    },
  };
}

/** Keeps what the blocks of the queue contain. */
function keepBlocks() {
  let kept: Map<number, { readonly counted: number; readonly work: readonly CountedWork[] }>;
  let readAllAt = Number.NEGATIVE_INFINITY;
  return {
    async read(db: Database, key: string): Promise<CountedBlocks> {
      const counts = await countBlocksBehind(db, key);
      const now = performance.now();
      const isAll = now - readAllAt > READ_ALL_EVERY_MS;
      if (isAll) readAllAt = now;
      const changed = [...counts].flatMap(([block, jobs]) =>
        kept?.get(block)?.counted === jobs ? [] : [block],
      );
      const read = isAll ? await readAllBlocksBehind(db, key) : await readBlocks(db, changed);
      const before = kept;
      kept = new Map(
        [...counts].map(([block, counted]) => [
          block,
          { counted, work: read.get(block) ?? before?.get(block)?.work ?? [] },
        ]),
      );
      return new Map([...kept].map(([block, { work }]) => [block, work]));
    },
  };
}

function pacesOf(farm: FarmNow, rest: readonly CountedWork[], later: CountedBlocks): Set<string> {
  const all = [farm.held, farm.first, rest, ...later.values()].flat();
  return new Set(all.flatMap(({ pace }) => (pace === null ? [] : [pace])));
}

function rowsOf(
  { edges, sets }: QueueForecast,
  isFilling: boolean,
  spans: ReadonlyMap<number, ErrorSpan>,
): readonly ForecastRow[] {
  return sets.map(({ tags, slots, starts }) => {
    const ranges = starts.map((start) =>
      start === null ? null : rangeOfWait(start, isFilling, spans),
    );
    const whole = (seconds: number | undefined) =>
      seconds === undefined ? null : Math.round(seconds);
    return {
      ...{ tags, slots, edges, starts },
      earliest: ranges.map((range) => whole(range?.fromS)),
      latest: ranges.map((range) => whole(range?.toS)),
    };
  });
}
