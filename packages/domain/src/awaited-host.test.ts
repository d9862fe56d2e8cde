import { expect, test } from 'vitest';
import { AT, LATER } from '../test/a-job.ts';
import {
  type AwaitedHost,
  type HostWord,
  missingReportsOf,
  settleAwaitedHosts,
} from './awaited-host.ts';

const awaited: AwaitedHost = {
  host: 'render-01',
  hostId: 'h1',
  reportedAt: null,
  declaration: null,
};
const word: HostWord = {
  name: 'render-01',
  hostId: 'h1',
  hasReported: false,
  gone: null,
  released: null,
};
const gone = { by: 'ada', at: AT, reason: 'it burned' };
const released = { by: 'ada', at: AT };
const handedOver = 'its name was handed over to another host';

test.each<[string, Partial<AwaitedHost>, Partial<HostWord>, Partial<AwaitedHost> | null]>([
  ['has said nothing', {}, {}, null],
  ['has reported', {}, { hasReported: true }, { reportedAt: LATER }],
  ['has reported under another name', {}, { name: 'x', hasReported: true }, { reportedAt: LATER }],
  ['had reported before', { reportedAt: AT }, { gone }, null],
  ['was declared gone', {}, { gone }, { declaration: gone }],
  ['was declared gone before', { declaration: gone }, { gone: { ...gone, by: 'bob' } }, null],
  ['came back and reported', { declaration: gone }, { hasReported: true }, { reportedAt: LATER }],
  ['lost its name', {}, { released }, { declaration: { ...released, reason: handedOver } }],
  [
    'lost its name to another host that reported',
    {},
    { hostId: 'h2', hasReported: true },
    { declaration: { by: 'system', at: LATER, reason: handedOver } },
  ],
  ['of an older version reported', { hostId: null }, { hasReported: true }, { reportedAt: LATER }],
])('a host that %s', (_what, host, said, change) => {
  const before = { ...awaited, ...host };
  const settled = settleAwaitedHosts([before], [{ ...word, ...said }], LATER);
  expect(settled).toEqual(change === null ? null : [{ ...before, ...change }]);
});

test('a proof waits for hosts that neither reported nor were declared', () => {
  const hosts = [awaited, { ...awaited, reportedAt: AT }, { ...awaited, declaration: gone }];
  expect(missingReportsOf(hosts)).toEqual([awaited]);
});
