import { exampleJob } from '@renderdeck/contract';
import { expect, it } from 'vitest';
import { isOnSilentHost } from './list-hosts.ts';

const job = { ...exampleJob, host: 'render-01' };
const unknown = { startsAt: null, endsAt: null, ground: null, notKnown: 'hostSilent' } as const;

it('knows a silent host by its name, and by the estimate before the hosts are known', () => {
  expect(isOnSilentHost(job, new Set(['render-01']))).toBe(true);
  expect(isOnSilentHost(job, new Set(['render-02']))).toBe(false);
  expect(isOnSilentHost({ ...job, host: null }, new Set())).toBe(false);
  expect(isOnSilentHost({ ...job, estimate: unknown }, null)).toBe(true);
  expect(isOnSilentHost({ ...job, estimate: unknown }, new Set())).toBe(false);
  expect(isOnSilentHost({ ...job, estimate: { ...unknown, notKnown: null } }, null)).toBe(false);
});
