import type { Problem } from '@renderdeck/contract';
import { named } from '../../../components/sentence.ts';
import { formatTime } from '../../../components/time/format-time.ts';

export type Conflict =
  /** Somebody else changed the job; setting the priority on that version still works. */
  | {
      readonly kind: 'changed';
      readonly version: number;
      readonly priority: number;
      readonly text: string;
    }
  /** The job left the queue. */
  | { readonly kind: 'gone'; readonly text: string };

/** The conflict behind a refused priority change; null when it was refused for another reason. */
export function readConflict({ code, facts }: Problem): Conflict | null {
  if (code === 'job_not_queued')
    return { kind: 'gone', text: describeLeftQueue(textOf(facts.host), textOf(facts.startedAt)) };
  if (
    code !== 'stale_version' ||
    typeof facts.version !== 'number' ||
    typeof facts.priority !== 'number'
  )
    return null;
  const change = isFacts(facts.change) ? facts.change : {};
  const at = textOf(change.at);
  const who = textOf(change.by) ?? 'Somebody';
  const text = `${named(who)} set ${facts.priority}${at === null ? '' : ` at ${formatTime(at)}`}.`;
  return { kind: 'changed', version: facts.version, priority: facts.priority, text };
}

/** "It started on ae-05 at 02:14:18. Priority no longer matters." */
export function describeLeftQueue(host: string | null, startedAt: string | null): string {
  if (host === null) return 'It left the queue. Priority no longer matters.';
  const at = startedAt === null ? '' : ` at ${formatTime(startedAt)}`;
  return `It started on ${named(host)}${at}. Priority no longer matters.`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isFacts(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
