import type { Problem } from '@renderdeck/contract';
import { exactTime } from '../../components/time/format-time.ts';

export type Conflict =
  /** Somebody changed the job since; it can be set anyway, on top of that version. */
  | {
      readonly kind: 'changed';
      readonly version: number;
      readonly priority: number;
      readonly text: string;
    }
  /** The job left the queue. */
  | { readonly kind: 'gone'; readonly text: string };

/** What a refused priority change says, in words; null where it is not a conflict. */
export function readConflict({ code, facts }: Problem): Conflict | null {
  if (code === 'job_not_queued')
    return { kind: 'gone', text: leftTheQueue(textOf(facts.host), textOf(facts.startedAt)) };
  if (
    code !== 'stale_version' ||
    typeof facts.version !== 'number' ||
    typeof facts.priority !== 'number'
  )
    return null;
  const change = isFacts(facts.change) ? facts.change : {};
  const at = textOf(change.at);
  const who = textOf(change.by) ?? 'Somebody';
  const text = `${who} set ${facts.priority}${at === null ? '' : ` at ${exactTime(at)}`}.`;
  return { kind: 'changed', version: facts.version, priority: facts.priority, text };
}

/** "It started on ae-05 at 02:14:18. Priority no longer matters." */
export function leftTheQueue(host: string | null, startedAt: string | null): string {
  if (host === null) return 'It left the queue. Priority no longer matters.';
  return `It started on ${host}${startedAt === null ? '' : ` at ${exactTime(startedAt)}`}. Priority no longer matters.`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isFacts(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
