import { expect } from 'vitest';
import { REQUEST_CONTEXT, type Trace } from './fixtures.ts';

type Values = Readonly<Record<string, string | number | boolean | null>>;
export type AuditLine = {
  readonly action: string;
  readonly outcome: 'done' | 'noop' | 'refused';
  readonly actor?: string;
  readonly actorKind?: string;
  readonly code?: string;
  readonly jobId?: string;
  readonly reason?: string | null;
  readonly before?: Values;
  readonly after?: Values;
};

/**
 * Expects that an act left exactly these audit lines, whole: by the fixtures' admin over the fixtures' channel unless the line says
 * otherwise, and nothing in a field that it does not name. Without lines: that it was silent.
 */
export function expectAudit(
  { audit }: Pick<Trace<unknown>, 'audit'>,
  ...lines: readonly AuditLine[]
): void {
  const whole = {
    actorKind: REQUEST_CONTEXT.actor.kind,
    actor: REQUEST_CONTEXT.actor.name,
    channel: REQUEST_CONTEXT.channel,
    address: REQUEST_CONTEXT.address,
    requestId: REQUEST_CONTEXT.requestId,
    code: null,
    jobId: null,
    reason: null,
    before: null,
    after: null,
  };
  expect(audit).toEqual(lines.map((line) => ({ ...whole, ...line })));
}
