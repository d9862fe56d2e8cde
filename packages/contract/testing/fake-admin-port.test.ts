import { PROOF_LIMIT_MS } from '@renderdeck/domain';
import { expect, test } from 'vitest';
import { listAuditInput, listJobsInput } from '../src/index.ts';
import { ADA } from './admin-port/fixture.ts';
import { describeAdminPort } from './describe-admin-port.ts';
import { createFakeAdminPort } from './fake-admin-port.ts';

describeAdminPort('the fake port', async () => {
  const { port, farm } = createFakeAdminPort();
  return {
    port,
    claim: async () => farm.claimNext().id,
    passGate: async (id) => farm.passGate(id),
    acknowledge: async (id) => farm.acknowledgeStop(id),
    complete: async (id) => farm.complete(id),
    finishFirst: async (id) => farm.finishFirst(id),
    fail: async (id, failure) => farm.fail(id, failure),
    progress: async (id, percent) => farm.progress(id, percent),
    appear: async () => farm.hear('render-01'),
    answerCheck: async () => farm.answerCheck('render-01'),
    silence: async () => farm.silence('render-01'),
    lose: async (id) => {
      farm.silence('render-01');
      farm.loseHost(id);
    },
    prove: async (id) => farm.proveLost(id, 1),
    close: async () => farm.signal.stop(),
  };
});

test('an awaited host may run a cancelled job until it reports or is declared gone', async () => {
  const at = new Date('2026-03-01T12:00:00.000Z');
  const { port, farm } = createFakeAdminPort(() => at);
  const { id } = farm.submit('a', 'sam');
  await port.cancelJob(ADA, { id, waitMs: 0, signal: undefined });
  const record = farm.records.get(id);
  if (record === undefined) throw new Error('The job is gone.');
  const awaited = { host: 'render-02', hostId: null, reportedAt: null, declaration: null };
  const shown = async (host: object) => {
    record.job = { ...record.job, awaitedHosts: [{ ...awaited, ...host }] };
    const { jobs, counts } = await port.listJobs(ADA, listJobsInput.parse({ open: true }));
    const { hosts } = await port.listHosts(ADA);
    const { entries } = await port.listAudit(ADA, listAuditInput.parse({ jobId: id }));
    const openStops = hosts.map((one) => one.openStops);
    return [jobs.length, counts.open, counts.unconfirmed, openStops, entries[0]?.result];
  };
  expect(await shown({})).toEqual([1, 1, 1, [0, 1], 'notProven']);
  const declaration = { by: 'ada', at, reason: 'It burned.' };
  expect(await shown({ declaration })).toEqual([0, 0, 0, [0, 0], 'notProven']);
  expect(await shown({ reportedAt: at })).toEqual([0, 0, 0, [0, 0], 'done']);
});

test('the audit log calls a running stop not proven after the time limit', async () => {
  let at = new Date('2026-03-01T12:00:00.000Z');
  const { port, farm } = createFakeAdminPort(() => at);
  const { id } = farm.submit('a', 'sam');
  farm.claimNext();
  await port.cancelJob(ADA, { id, waitMs: 0, signal: undefined });
  const resultNow = async () => {
    const input = listAuditInput.parse({ jobId: id });
    return (await port.listAudit(ADA, input)).entries[0]?.result;
  };
  expect(await resultNow()).toBe('stopping');
  at = new Date(at.getTime() + PROOF_LIMIT_MS);
  expect(await resultNow()).toBe('notProven');
});
