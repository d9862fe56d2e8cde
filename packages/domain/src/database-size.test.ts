import { expect, it } from 'vitest';
import { type DatabaseSize, neededConnections } from './database-size.ts';

const size: DatabaseSize = {
  ...{ maxConnections: 100, reservedConnections: 3, notificationQueue: 0 },
  ...{ openConnections: 60, apis: 2, apiConnections: 9, directHosts: 20, renderingHosts: 5 },
};

it('each idle host needs one connection more when it renders, and each API up to eight', () => {
  expect(neededConnections(size)).toBe(60 + (2 * 8 - 9) + (20 - 5));
});

it('a host or API that is about to go does not make others need fewer', () => {
  expect(neededConnections({ ...size, apis: 1, renderingHosts: 22 })).toBe(60);
});
