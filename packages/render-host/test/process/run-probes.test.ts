import { readdir } from 'node:fs/promises';
import { temporaryFolder } from '@renderdeck/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Probe, ProbeResult } from '../../src/acceptance/probe.ts';
import { runProbes } from '../../src/acceptance/run-probes.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder('probes');
});
afterAll(() => folder.remove());

const here = [process.platform];
const probe = (name: string, run: Probe['run'], systems: Probe['systems'] = here): Probe => ({
  ...{ name, run, systems },
  expected: 'It is so.',
});
const sees = (asExpected: boolean | null) => async () => ({ seen: 'It is.', asExpected });

test('a probe that fails or does not end stops no other probe; each has a folder', async () => {
  const told: ProbeResult[] = [];
  const results = await runProbes(
    [
      probe('fails', () => Promise.reject(new Error('It broke.'))),
      probe('hangs', () => new Promise(() => undefined)),
      probe('of another system', sees(true), []),
      probe('is so', sees(true)),
      probe('is not so', sees(false)),
      probe('is not known', async ({ folder: own }) => ({
        seen: (await readdir(own)).join(', '),
        asExpected: null,
      })),
    ],
    folder.path,
    (result) => told.push(result),
    200,
  );
  expect(results.map(({ name, verdict, seen }) => [name, verdict, seen])).toEqual([
    ['fails', 'failed', 'It broke.'],
    ['hangs', 'failed', 'It has not ended within 0.2 s.'],
    ['of another system', 'notHere', `Not asked on ${process.platform}.`],
    ['is so', 'asExpected', 'It is.'],
    ['is not so', 'differs', 'It is.'],
    ['is not known', 'open', ''],
  ]);
  expect(told).toEqual(results);
});
