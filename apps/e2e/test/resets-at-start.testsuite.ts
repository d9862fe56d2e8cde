/*
 * The connections to the database are reset again and again while a worker or an API starts. It
 * becomes ready all the same, and no start ends with a stack.
 */
import { startApi } from '@renderdeck/api/testing';
import { expect, test } from 'vitest';
import { farmOfFile, lineOfFile } from './farm/farm-of-file.ts';

/** Each reset is two packets later in each start; then two more follow, soon and later. */
const resetsOf = (start: number) => [2 * start - 1, 1 + (start % 3), 1 + (start % 11)] as const;
const CLEAN_END = { code: 0, signal: null };
/** Registers the tests of this many starts of a worker and of an API. */
export function testResetsAtStart(starts: number, apiStarts: number): void {
  const farm = farmOfFile({ RENDERDECK_LEASE_MS: '300000' });
  const line = lineOfFile(farm);

  test(`${starts} starts of a worker with resets`, { timeout: starts * 30_000 }, async () => {
    for (let start = 1; start <= starts; start += 1) {
      line.resetAfter(...resetsOf(start));
      const worker = await farm.startWorker('one', { DATABASE_URL: line.url });
      line.resetAfter();
      expect(worker.said()).not.toMatch(/^ +at /m);
      expect(await worker.end(), `start ${start}: ${worker.said()}`).toEqual(CLEAN_END);
    }
  });

  test(`${apiStarts} starts of an API with resets`, { timeout: apiStarts * 30_000 }, async () => {
    const url = line.through(await farm.database.urlAs('renderdeck_api'));
    for (let start = 1; start <= apiStarts; start += 1) {
      line.resetAfter(...resetsOf(start));
      const api = await startApi({ DATABASE_URL: url });
      line.resetAfter();
      expect(api.url, api.said()).not.toBe('');
      expect(api.said()).not.toMatch(/^ +at /m);
      expect(await api.end(), `start ${start}: ${api.said()}`).toEqual(CLEAN_END);
    }
  });
}
