import {
  type Actor,
  actionsOf,
  decideAuditResult,
  decideStopState,
  mayReadWholeAudit,
} from '@renderdeck/domain';
import {
  describeStop,
  type ListAuditInput,
  type ListAuditOutput,
  type WireAuditEntry,
} from '../src/index.ts';
import type { FakeFarm } from './fake-farm.ts';

/**
 * A page of the fake audit log. `audit` has the oldest line first. The filters are those of a real
 * server.
 */
export function listFakeAudit(
  audit: readonly WireAuditEntry[],
  farm: Pick<FakeFarm, 'records' | 'wire'>,
  reader: Actor,
  input: ListAuditInput,
  now: Date,
): ListAuditOutput {
  const whole = mayReadWholeAudit(reader);
  const wanted = audit
    .map((entry) => withStop(entry, farm, now))
    .filter(({ actor }) => whole || (actor.name === reader.name && actor.kind === reader.kind))
    .filter((entry) => fits(entry, input) && hasText(entry, input.q))
    .filter(({ id }) => input.after === undefined || Number(id) > Number(input.after))
    .filter(({ id }) => input.cursor === undefined || Number(id) < Number(input.cursor))
    .reverse();
  const entries = wanted.slice(0, input.limit);
  return {
    entries,
    holes: [],
    nextCursor: wanted.length > input.limit ? (entries.at(-1)?.id ?? null) : null,
    head: entries[0]?.id ?? null,
    whole,
  };
}

function fits(entry: WireAuditEntry, input: ListAuditInput): boolean {
  const { actor, action, did, outcome, result, jobId, from, to } = input;
  return [
    actor === undefined || actor === entry.actor.name,
    action === undefined || action === entry.action,
    did === undefined || actionsOf(did).includes(entry.action),
    outcome === undefined || outcome === entry.outcome,
    result === undefined || result === entry.result,
    jobId === undefined || jobId === entry.jobId,
    input.entry === undefined || input.entry === entry.id,
    from === undefined || from <= entry.at,
    to === undefined || entry.at <= to,
  ].every(Boolean);
}

function hasText({ actor, reason, jobId, jobName, before, after }: WireAuditEntry, q?: string) {
  const names = ['user', 'token', 'host'].map((key) => after?.[key] ?? before?.[key]);
  return (
    q === undefined ||
    [actor.name, reason, jobName, ...names].some((text) =>
      String(text ?? '')
        .toLowerCase()
        .includes(q.toLowerCase()),
    ) ||
    jobId?.startsWith(q.toLowerCase()) === true
  );
}

/** Adds whether the stop that the line requested is already proven. */
function withStop(
  entry: WireAuditEntry,
  { records, wire }: Pick<FakeFarm, 'records' | 'wire'>,
  now: Date,
): WireAuditEntry {
  const record = records.get(entry.jobId ?? '');
  const receipt = record === undefined ? null : wire(record).receipt;
  if (receipt === null) return entry;
  const { isLate } = describeStop(receipt, now.getTime());
  return { ...entry, result: decideAuditResult(entry, decideStopState(receipt, isLate)) };
}
