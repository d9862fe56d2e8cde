import { expect } from 'vitest';
import { hostSchema } from '../../src/index.ts';
import { ADA, codeOf, type Promises } from './fixture.ts';

const GONE = { name: 'render-01', confirmName: 'render-01', reason: 'The machine burned.' };

const RELEASE = { name: 'render-01', reason: 'It was replaced.' };

export const hosts: Promises = {
  async 'a lost attempt is open on its job, in the list, the counts and on its host'({
    host,
    list,
    port,
    run,
    submit,
  }) {
    const id = await run();
    await host.passGate(id);
    await host.lose(id);
    await submit('another');
    const open = { number: 1, host: 'render-01', output: 'maybe', problem: null };
    expect((await port.getJob(ADA, { id })).job).toMatchObject({
      status: 'QUEUED',
      receipt: null,
      openAttempts: [{ ...open, lastHeardAt: expect.any(String) }],
    });
    const { jobs, counts } = await list({ open: true });
    expect(jobs.map((job) => job.id)).toEqual([id]);
    expect(counts).toMatchObject({ queued: 2, unconfirmed: 0, open: 1 });
    expect(
      (await port.listHosts(ADA)).hosts.find(({ name }) => name === 'render-01'),
    ).toMatchObject({ openAttempts: 1, gone: null });
    expect((await port.listHosts(ADA)).database?.maxConnections).toBeGreaterThan(0);
    await host.prove(id);
    expect((await list({ open: true })).jobs).toEqual([]);
    expect((await list()).counts).toMatchObject({ open: 0 });
    expect((await port.getJob(ADA, { id })).attempts).toMatchObject([
      {
        number: 1,
        proof: 'kernel',
        confirmedAt: expect.any(String),
        declared: null,
        problem: null,
      },
    ]);
  },

  async 'a host that is declared gone leaves receipts that say so, until it proves them'({
    audit,
    outcomesOf,
    cancel,
    host,
    list,
    port,
    run,
  }) {
    const id = await run();
    await cancel(id, 0);
    await host.lose(id);
    expect((await cancel(id)).receipt.outcome).toBe('unconfirmed');
    const { version } = (await port.getJob(ADA, { id })).job;
    const answer = await port.declareHostGone(ADA, GONE);
    const by = { by: 'ada', reason: GONE.reason, at: expect.any(String) };
    expect(hostSchema.parse(answer.host)).toMatchObject({
      name: 'render-01',
      openAttempts: 0,
      gone: by,
    });
    expect(answer.declared).toEqual([{ jobId: id, number: 1 }]);
    const { job, attempts } = await port.getJob(ADA, { id });
    expect(job).toMatchObject({
      status: 'CANCELLED',
      version: version + 1,
      openAttempts: [],
      receipt: {
        outcome: 'declared',
        proof: null,
        openAttempts: [],
        declared: [{ number: 1, host: 'render-01', ...by }],
        confirmedAt: null,
      },
    });
    expect(attempts).toMatchObject([{ confirmedAt: null, declared: by }]);
    expect((await list()).counts).toMatchObject({ unconfirmed: 0, open: 0 });
    expect(await audit({ action: 'declareHostGone' })).toMatchObject([
      {
        outcome: 'done',
        reason: GONE.reason,
        before: { host: 'render-01', openAttempts: 1 },
        after: { host: 'render-01', openAttempts: 0, declared: `${id} attempt 1` },
      },
    ]);
    expect((await port.declareHostGone(ADA, GONE)).declared).toEqual([]);
    expect(await outcomesOf('declareHostGone')).toEqual(['noop', 'done']);
    await host.prove(id);
    expect((await port.getJob(ADA, { id })).job.receipt).toMatchObject({
      outcome: 'cancelled',
      proof: 'kernel',
      declared: [],
      confirmedAt: expect.any(String),
    });
  },

  async 'a host that is heard keeps its name, one that holds a job or is unknown is not gone'({
    host,
    port,
    run,
  }) {
    await host.appear();
    expect(await codeOf(port.declareHostGone(ADA, GONE))).toBe('host_heard');
    expect(await codeOf(port.releaseHost(ADA, RELEASE))).toBe('host_heard');
    await run();
    await host.silence();
    expect(await codeOf(port.declareHostGone(ADA, GONE))).toBe('host_holds_jobs');
    const check = { waitMs: 0, signal: undefined };
    expect(await codeOf(port.checkHost(ADA, { name: 'render-01', ...check }))).toBe(
      'host_not_heard',
    );
    const unknown = { reason: 'It burned.', name: 'nowhere', confirmName: 'nowhere' };
    for (const call of [
      () => port.declareHostGone(ADA, unknown),
      () => port.releaseHost(ADA, unknown),
      () => port.checkHost(ADA, { ...check, name: 'nowhere' }),
    ])
      expect(await codeOf(call())).toBe('host_not_found');
  },

  async 'a host that is asked to check itself shows who asked, and then its answer'({
    audit,
    host,
    port,
  }) {
    await host.appear();
    const ask = (waitMs: number) =>
      port.checkHost(ADA, { name: 'render-01', waitMs, signal: undefined });
    const asked = ask(60_000);
    await host.answerCheck();
    const { host: after, finished } = await asked;
    expect(finished).toBe(true);
    expect(hostSchema.parse(after)).toMatchObject({
      checkAsked: null,
      check: { held: true, parts: [{ name: 'render', ok: true }] },
    });
    // Asked again after that answer, because the answer could belong to the earlier request.
    expect(await ask(0)).toMatchObject({
      host: { name: 'render-01', checkAsked: { by: 'ada', at: expect.any(String) } },
      finished: false,
    });
    const values = { host: 'render-01', problem: null };
    expect(await audit({ action: 'checkHost' })).toMatchObject([
      { outcome: 'done', before: values, after: values },
      { outcome: 'done' },
    ]);
  },

  async 'the name of a lost host is handed over, and its open attempts say why they stay open'({
    audit,
    host,
    port,
    run,
  }) {
    await host.appear();
    const id = await run();
    await host.lose(id);
    const seen = async () =>
      (await port.listHosts(ADA)).hosts.find(({ name }) => name === 'render-01');
    const before = await seen();
    const answer = await port.releaseHost(ADA, RELEASE);
    expect(hostSchema.parse(answer.host)).toMatchObject({
      name: 'render-01',
      hostId: before?.hostId,
      openAttempts: 1,
      released: { by: 'ada', at: expect.any(String) },
      gone: null,
    });
    const problem =
      'ada handed the name render-01 over: It was replaced. ' +
      `Only host ${before?.hostId} itself can prove its end.`;
    const { version } = (await port.getJob(ADA, { id })).job;
    expect((await port.getJob(ADA, { id })).job.openAttempts).toMatchObject([{ problem }]);
    await port.releaseHost(ADA, RELEASE);
    expect((await port.getJob(ADA, { id })).job.version).toBe(version);
    expect(await audit({ action: 'releaseHost' })).toMatchObject([
      { outcome: 'noop' },
      {
        outcome: 'done',
        reason: RELEASE.reason,
        before: { host: 'render-01', hostId: before?.hostId, openAttempts: 1 },
        after: { host: 'render-01', hostId: null, openAttempts: 1 },
      },
    ]);
    await host.appear();
    expect(await seen()).toMatchObject({ released: null });
  },
};
