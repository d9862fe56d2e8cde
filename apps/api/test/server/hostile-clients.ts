/* Many hostile clients at once. */
import type { EventEmitter } from 'node:events';
import { afterAll } from 'vitest';
import { openedForFile, type TestFarm } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

const WITHIN_MS = 15_000;
const AT_ONCE = 16;

/** An API process without limits on requests, for all tests of a file. */
export function unlimitedApiOfFile(farm: TestFarm) {
  const api = openedForFile(async () =>
    startApi({
      RENDERDECK_REQUESTS_PER_MINUTE: '0',
      RENDERDECK_MAX_DELAY_MS: '0',
      RENDERDECK_LOG_LEVEL: 'error',
      DATABASE_URL: await farm.database.urlAs('renderdeck_api'),
    }),
  );
  afterAll(() => api.end());
  return api;
}

/** Resolves with true when the connection closes, and with false when it is open for too long. */
export function closesInTime(connection: EventEmitter): Promise<boolean> {
  return new Promise((resolve) => {
    const over = setTimeout(resolve, WITHIN_MS, false);
    connection.once('close', () => {
      clearTimeout(over);
      resolve(true);
    });
  });
}

/** Runs `work` for every case, some at once. Returns what it says is wrong. */
export async function forEach<Case>(
  cases: Case[],
  work: (one: Case) => Promise<string | null>,
): Promise<unknown[]> {
  const wrong: unknown[] = [];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = cases.pop(); next !== undefined; next = cases.pop()) {
        const problem = await work(next);
        if (problem !== null) wrong.push([problem, next]);
      }
    }),
  );
  return wrong;
}
