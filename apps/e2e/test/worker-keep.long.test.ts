/*
 * `worker keep` starts the daemon again on hosts without a service manager. It does not start a
 * daemon again that ended in order. If `worker keep` itself ends, its daemon ends in order.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { startCommand } from '@renderdeck/worker/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let farm: FarmUnderTest;
beforeAll(async () => {
  farm = await startFarmUnderTest();
});
afterAll(() => farm.close());

const logOf = () => readFile(join(farm.scratchOf('one'), '..', 'logs', 'one.log'), 'utf8');
const startKeeper = () => {
  const log = join(farm.scratchOf('one'), '..', 'logs', 'one.log');
  return startCommand(['keep', '--log', log], farm.settingsOf());
};
/** Waits for the daemon after the one with this pid, and returns its pid. */
const untilDaemon = (after = 0) =>
  waitFor(
    async () => {
      const path = join(farm.scratchOf('one'), '.host', 'daemon.json');
      const note: unknown = JSON.parse(await readFile(path, 'utf8').catch(() => 'null'));
      const isNote = typeof note === 'object' && note !== null && 'pid' in note && 'state' in note;
      const pid = isNote ? Number(note.pid) : after;
      return pid !== after && isNote && note.state === 'runs' && pid;
    },
    { what: `a daemon after process ${after}` },
  );
const untilGone = (pid: number) =>
  waitFor(
    () => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    },
    { what: `process ${pid} to end` },
  );

test('a daemon that is killed is started again; after `worker stop` it is not', async () => {
  const keeper = startKeeper();
  const first = await untilDaemon();
  process.kill(first, 'SIGKILL');
  const second = await untilDaemon(first);
  const job = await farm.submit();
  await farm.until(job.id, 'COMPLETED');
  expect(await logOf()).toContain('The worker ended by SIGKILL. It is started again in 1 s.\n');
  const { exitCode } = await startCommand(['stop'], farm.settingsOf()).ended;
  expect({ exitCode, keeper: await keeper.ended }).toEqual({
    exitCode: 0,
    keeper: { exitCode: 0, lines: [], stderr: '' },
  });
  await untilGone(second);
});

test('when `worker keep` is killed, its daemon ends in order', async () => {
  const keeper = startKeeper();
  const daemon = await untilDaemon();
  const job = await farm.submit({ project: { frames: 2000, frameMs: 100 } });
  await farm.untilPhase(job.id, 'rendering');
  keeper.kill();
  await untilGone(daemon);
  expect((await farm.readJob(job.id)).attempts).toMatchObject([{ outcome: 'released' }]);
  expect(await farm.processes()).toEqual([]);
  await farm.cancel(job.id);
});
