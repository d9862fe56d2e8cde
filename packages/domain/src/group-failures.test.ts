import { expect, it } from 'vitest';
import { groupFailures } from './group-failures.ts';

const failed = (failure: string, host: string | null, count = 1) => ({ failure, host, count });

it('failures that differ only in names and numbers are one group, the largest one first', () => {
  const groups = groupFailures(
    [
      failed('No frame came for 600 s.', 'ae-02'),
      failed('Out of disk: /mnt/a needs 5 GB', 'ae-02'),
      failed('Out of disk: /mnt/b needs 7 GB', 'ae-01', 2),
      failed('Out of disk: /mnt/c needs 9 GB', null),
      failed('Broken', 'ae-01'),
    ],
    2,
  );
  expect(groups).toEqual([
    {
      reason: 'Out of disk: … needs # GB',
      count: 4,
      hosts: [
        { host: 'ae-01', count: 2 },
        { host: 'ae-02', count: 1 },
      ],
    },
    { reason: 'Broken', count: 1, hosts: [{ host: 'ae-01', count: 1 }] },
  ]);
});

it('without failures there is no group', () => {
  expect(groupFailures([], 5)).toEqual([]);
});
