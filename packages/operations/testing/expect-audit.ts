import { expect } from 'vitest';
import { REQUEST_CONTEXT } from './request-context.ts';
import type { Trace } from './trace.ts';

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

/** The trace of an act that changed nothing and told nobody. */
export const NO_TRACE = { audit: [], changes: [], notifications: [] } as const;

/**
 * Expects exactly these audit lines of an action, in order; without lines it expects none. A field
 * that a line leaves out must be that of REQUEST_CONTEXT, or null.
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
