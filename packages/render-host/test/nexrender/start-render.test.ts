import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { aHost } from './a-render.ts';

let host: Awaited<ReturnType<typeof aHost>>;
afterEach(() => host.remove());

test('a job renders, passes the gate, and its output is copied out', async () => {
  host = await aHost();
  const { end, told, stop, removal } = await host.render(host.job);
  expect({ end, lines: told.lines.slice(-5) }).toMatchObject({ end: { kind: 'completed' } });
  expect(told.phases).toEqual(['downloading', 'preparing', 'launching', 'rendering', 'gate', 'publishing']);
  expect(told.percents).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  expect(told.lines).toContain('aerender: aerender version 0.0x0 (Renderdeck stand-in, not After Effects)');
  expect(told.gates).toBe(1);
  expect((await readFile(host.output)).toString('latin1', 0, 4)).toBe('RIFF');
  expect(stop.survivors).toEqual([]);
  expect(removal).toMatchObject({ leftovers: [], goneAt: expect.any(String) });
});
