import { expect } from 'vitest';
import { hostSchema, listAttemptsOutput } from '../../src/index.ts';
import { ADA, codeOf, type Promises } from './fixture.ts';

export const drains: Promises = {
  async 'a host is drained once, and takes jobs again; both are on record'({ audit, host, port }) {
    await host.appear();
    const drain = (reason?: string) => port.drainHost(ADA, { name: 'render-01', reason });
    const { host: drained, changed } = await drain('New disk.');
    expect(changed).toBe(true);
    expect(hostSchema.parse(drained)).toMatchObject({
      state: 'drained',
      drain: { by: 'ada', at: expect.any(String), reason: 'New disk.' },
    });
    expect(await drain()).toMatchObject({ changed: false, host: { drain: drained.drain } });
    const resume = () => port.resumeHost(ADA, { name: 'render-01' });
    expect(await resume()).toMatchObject({ changed: true, host: { state: 'idle', drain: null } });
    expect(await resume()).toMatchObject({ changed: false });
    expect(await audit({ action: 'resumeHost' })).toMatchObject([
      { outcome: 'noop' },
      { outcome: 'done', before: { drained: true }, after: { drained: false } },
    ]);
    expect(await audit({ action: 'drainHost' })).toMatchObject([
      { outcome: 'noop', reason: null },
      { outcome: 'done', reason: 'New disk.', after: { host: 'render-01', drained: true } },
    ]);
    expect(await codeOf(port.resumeHost(ADA, { name: 'nowhere' }))).toBe('host_not_found');
  },

  async 'attempts are listed by the time of their end, and while they run'({ host, port, run }) {
    await host.appear();
    const id = await run();
    const now = Date.now();
    const at = (ms: number) => new Date(now + ms).toISOString();
    const list = (from: number, to: number) =>
      port.listAttempts(ADA, { from: at(from), to: at(to) });
    const running = { jobId: id, number: 1, host: 'render-01', state: 'rendering', to: null };
    const listed = listAttemptsOutput.parse(await list(-60_000, 60_000));
    expect(listed).toMatchObject({ attempts: [running], cutAt: null });
    await host.lose(id);
    expect(await list(-60_000, 60_000)).toMatchObject({
      attempts: [{ ...running, state: 'notProven', to: expect.any(String) }],
    });
    expect(await list(-120_000, -60_000)).toEqual({ attempts: [], cutAt: null });
  },
};
