import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type DatabaseProxy, startDatabaseProxy } from '../database-proxy.ts';

/** A render that takes longer than any test waits. */
export const SLOW = { frames: 20_000, frameMs: 20 } as const;

type How = Parameters<typeof startFarmUnderTest>;
/** What a test leaves for the next one: the workers that it started, or files. */
type Options = NonNullable<How[1]> & { readonly stays?: 'workers' | 'files' };

/**
 * The farm of all tests of a file, or of a `describe`. After each test the workers that it started
 * end in order, and no process and no file of a render is left.
 */
export function farmOfFile(env: How[0] = {}, { stays, ...how }: Options = {}): FarmUnderTest {
  const farm: FarmUnderTest = Object.create(null);
  let before = 0;
  beforeAll(async () => {
    Object.assign(farm, await startFarmUnderTest(env, how));
  });
  beforeEach(() => {
    before = farm.countWorkers();
  });
  afterEach(async () => {
    if (stays !== 'workers') expect(await farm.endWorkers(before)).toEqual([]);
    expect(await farm.processes()).toEqual([]);
    if (stays !== 'files') expect(await farm.leftFiles()).toEqual([]);
  });
  afterAll(() => farm.close());
  return farm;
}

/** The proxy of a file between workers of its farm and their database. Each test finds it whole. */
export function lineOfFile(farm: FarmUnderTest): DatabaseProxy {
  const line: DatabaseProxy = Object.create(null);
  beforeAll(async () => {
    Object.assign(line, await startDatabaseProxy(await farm.database.urlAs('renderdeck_worker')));
  });
  afterEach(() => line.restore());
  afterAll(() => line.close());
  return line;
}
