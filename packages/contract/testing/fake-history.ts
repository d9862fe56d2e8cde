import { refuse, type WireAuditEntry, type WireListedChange } from '../src/index.ts';
import type { AdminPort } from '../src/router.ts';
import type { FakeFarm, FakeJob } from './fake-farm.ts';

const MOST_REASONS = 8;

/** The history of the fake farm: the changes of a job, receipts, reasons. */
export function createFakeHistory(
  farm: FakeFarm,
  audit: readonly WireAuditEntry[],
  find: (id: string) => FakeJob,
): Pick<AdminPort, 'listJobChanges' | 'getReceipt' | 'listReasons'> {
  return {
    async listJobChanges(_asker, { id, cursor, limit }) {
      find(id);
      const all = changesOf(farm, id);
      const start = Number(cursor ?? 0);
      const next = start + limit;
      return {
        changes: all.slice(start, next),
        nextCursor: next < all.length ? String(next) : null,
      };
    },
    async getReceipt(_asker, { number }) {
      const record = [...farm.records.values()].find((one) => one.receiptNumber === number);
      if (record === undefined) throw refuse('receipt_not_found', undefined, { number });
      const job = farm.wire(record);
      const host = farm.hosts.find(({ name }) => name === job.receipt?.host);
      return { number, job, hostLastHeardAt: host?.lastHeardAt ?? null };
    },
    async listReasons({ actor }) {
      const own = audit.filter(
        ({ action, outcome, actor: by }) =>
          action === 'cancelJob' && outcome === 'done' && by.name === actor.name,
      );
      const reasons = own.flatMap(({ reason }) => (reason === null ? [] : [reason])).reverse();
      return { reasons: [...new Set(reasons)].slice(0, MOST_REASONS) };
    },
  };
}

function changesOf(farm: FakeFarm, id: string): WireListedChange[] {
  const events = farm.changes.flatMap(({ event }) =>
    event.type === 'changes' ? event.changes.filter(({ job }) => job.id === id) : [],
  );
  return events.map(({ at, event, actor, version, previousStatus, job }, index) => {
    const before = events[index - 1]?.job.priority ?? null;
    const moved = before !== job.priority;
    return {
      id: String(index + 1),
      at,
      event,
      actor,
      version,
      statusBefore: previousStatus,
      statusAfter: job.status,
      priorityBefore: moved ? before : null,
      priorityAfter: moved ? job.priority : null,
      facts: {},
    };
  });
}
