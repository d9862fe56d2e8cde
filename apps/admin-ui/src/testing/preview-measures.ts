import type { WireUsagePoint } from '@renderdeck/contract';
import type { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';

type Farm = ReturnType<typeof createFakeAdminPort>['farm'];

const HOUR_MS = 3_600_000;
const DAYS = 30;
const SAMPLE_MS = 300_000;
const DAYS_OF_SAMPLES = 8;

/** Fills the farm with the measures of a month: busy by day, quiet by night. */
export function fillMeasures({ measured, sampled, hosts }: Farm): void {
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
    measured.push({ ...row, name: 'watched', sumMs: HOUR_MS });
    for (const [index, { name }] of hosts.entries()) {
      if ((back + index) % 17 === 0) continue;
      measured.push({ ...row, name: 'busy', part: name, sumMs: (load / 10) * HOUR_MS });
      measured.push({ ...row, name: 'on', part: name, sumMs: HOUR_MS });
    }
  }
  for (let back = 0; back < DAYS_OF_SAMPLES * 24 * 12; back += 1) {
    const load = 1 + Math.sin((back / 144) * Math.PI);
    sampled.unshift({
      at: new Date(Date.now() - back * SAMPLE_MS),
      waiting: Math.round(40 + 170 * load + (back % 7)),
      oldestMs: 300_000 + Math.round(1_400_000 * load),
    });
  }
}

/** The usage of an attempt that renders for ten minutes. */
export function somePoints(): WireUsagePoint[] {
  return Array.from({ length: 150 }, (_, index) => {
    const at = Date.now() - (150 - index) * 4000;
    const cores = 3 + 2 * Math.sin(index / 9) + (index % 40 === 0 ? 2 : 0);
    const bytes = Math.min(16e9, 1e9 + index * 2e8);
    return {
      at: new Date(at).toISOString(),
      until: new Date(at + 3900).toISOString(),
      samples: 2,
      cpuPercent: { min: 80 * cores, mean: 100 * cores, max: 110 * cores },
      memoryBytes: { min: bytes, mean: bytes, max: 1.05 * bytes },
      processes: 4,
    };
  });
}
