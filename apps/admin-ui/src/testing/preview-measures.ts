import type { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';

type Farm = ReturnType<typeof createFakeAdminPort>['farm'];

const HOUR_MS = 3_600_000;
const DAYS = 30;

/** Fills the farm with the measures of a month: busy by day, quiet by night. */
export function fillMeasures({ measured, hosts }: Farm): void {
  const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  for (let back = 0; back < DAYS * 24; back += 1) {
    const hour = new Date(thisHour - back * HOUR_MS);
    const load = 4 + Math.round(4 * Math.sin((back / 12) * Math.PI));
    const row = { hour, part: '', atMostMs: 0, count: 1, sumMs: 0 };
    measured.push(
      { ...row, name: 'waiting', atMostMs: 20_000 + 10_000 * load, count: load },
      { ...row, name: 'waiting', atMostMs: 90_000 + 60_000 * load },
      { ...row, name: 'ended', part: 'completed', count: load },
      { ...row, name: 'asked' },
      { ...row, name: 'proven', atMostMs: back % 9 === 0 ? 9000 : 2500 },
    );
    if (back % 5 === 0) measured.push({ ...row, name: 'ended', part: 'failed', count: 2 });
    if (back % 7 === 0) measured.push({ ...row, name: 'ended', part: 'stopped' });
    if (back % 40 === 0) measured.push({ ...row, name: 'ended', part: 'lost' });
    for (const { name } of hosts)
      measured.push({ ...row, name: 'busy', part: name, sumMs: (load / 10) * HOUR_MS });
  }
}
