import { expect } from 'vitest';
import { listAuditInput } from '../../src/index.ts';
import { ADA, type Promises } from './fixture.ts';

export const auditLog: Promises = {
  async 'the audit log is newest first, filtered, and paged without repeats'({
    audit,
    port,
    submit,
  }) {
    const { id } = await submit('a');
    await port.setPriority(ADA, { id, priority: 60 });
    await port.recordRefusal(
      { ...ADA, actor: { kind: 'anonymous', name: 'unknown' } },
      { action: 'cancelJob', code: 'unauthenticated', jobId: id },
    );
    const lines = await audit({ jobId: id });
    expect(lines.map(({ action, outcome, code }) => [action, outcome, code])).toEqual([
      ['cancelJob', 'refused', 'unauthenticated'],
      ['setPriority', 'done', null],
      ['submitJob', 'done', null],
    ]);
    expect(await audit({ jobId: id, actor: 'ada', action: 'submitJob' })).toEqual(lines.slice(2));
    expect(await audit({ jobId: id, from: '2999-01-01T00:00:00.000Z' })).toEqual([]);
    const first = await port.listAudit(ADA, listAuditInput.parse({ jobId: id, limit: 2 }));
    expect(first.entries).toEqual(lines.slice(0, 2));
    const second = await port.listAudit(
      ADA,
      listAuditInput.parse({ jobId: id, limit: 2, cursor: first.nextCursor ?? '' }),
    );
    expect(second).toMatchObject({ entries: lines.slice(2), nextCursor: null });
  },
};
