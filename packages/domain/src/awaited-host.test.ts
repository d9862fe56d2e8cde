import { expect, test } from 'vitest';
import { AT, LATER } from '../test/a-job.ts';
import {
  type AwaitedHost,
  type HostNow,
  missingReportsOf,
  settleAwaitedHosts,
} from './awaited-host.ts';

const awaited: AwaitedHost = {
  host: 'render-01',
  hostId: 'h1',
  reportedAt: null,
  declaration: null,
};
const now: HostNow = {
  name: 'render-01',
  hostId: 'h1',
  hasReported: false,
  gone: null,
  handedOver: null,
};
const gone = { by: 'ada', at: AT, reason: 'it burned' };
const handedOver = { by: 'ada', at: AT };
const reason = 'its name was handed over to another host';

test.each<[string, Partial<AwaitedHost>, Partial<HostNow>, Partial<AwaitedHost> | null]>([
  ['has reported nothing', {}, {}, null],
  ['has reported', {}, { hasReported: true }, { reportedAt: LATER }],
  ['has reported under another name', {}, { name: 'x', hasReported: true }, { reportedAt: LATER }],
  ['had reported earlier', { reportedAt: AT }, { gone }, null],
  ['was declared gone', {}, { gone }, { declaration: gone }],
  ['had already been declared gone', { declaration: gone }, { gone: { ...gone, by: 'bob' } }, null],
  ['came back and reported', { declaration: gone }, { hasReported: true }, { reportedAt: LATER }],
  ['has lost its name', {}, { handedOver }, { declaration: { ...handedOver, reason } }],
  [
    'has lost its name to another host that reported',
    {},
    { hostId: 'h2', hasReported: true },
    { declaration: { by: 'system', at: LATER, reason } },
  ],
  [
    'has a row of an older version and reported',
    { hostId: null },
    { hasReported: true },
    { reportedAt: LATER },
  ],
])('a host that %s', (_what, host, facts, change) => {
  const before = { ...awaited, ...host };
  const settled = settleAwaitedHosts([before], [{ ...now, ...facts }], LATER);
  expect(settled).toEqual(change === null ? null : [{ ...before, ...change }]);
});

test('a proof waits for each host that neither reported nor was declared gone', () => {
  const hosts = [awaited, { ...awaited, reportedAt: AT }, { ...awaited, declaration: gone }];
  expect(missingReportsOf(hosts)).toEqual([awaited]);
});
