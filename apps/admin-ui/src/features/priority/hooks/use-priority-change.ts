/*
 * A priority change, from the number to the new position.
 *
 * 1. The number is checked here first. A preview from the server follows 150 ms later.
 * 2. Set sends the job version that the dialog opened with. A change by somebody else in between
 *    is refused. The dialog then shows name, value and time, and offers to set the priority on
 *    top of that version, so a third change is refused again.
 * 3. The answer holds the exact position, and the moment when it was counted. A job that has left
 *    the queue has no position, and the dialog says that instead.
 */
import { useDebouncedValue } from '@mantine/hooks';
import { problemOf } from '@renderdeck/client/problem';
import { useState } from 'react';
import { useJob } from '../../../live/use-job.ts';
import { useFindRunNextPriority } from '../api/find-run-next-priority.ts';
import { usePriorityPreview } from '../api/preview-priority.ts';
import { describeLeftQueue, readConflict } from '../api/read-conflict.ts';
import { useSetPriority } from '../api/set-priority.ts';
import { parsePriority } from '../components/parse-priority.ts';

const PREVIEW_AFTER_MS = 150;

export type PriorityChange = ReturnType<typeof usePriorityChange>;

/** The state of one priority dialog; it belongs to one job from opening to closing. */
export function usePriorityChange(id: string) {
  const job = useJob(id);
  const [opened] = useState({ priority: job?.priority ?? 0, version: job?.version ?? 0 });
  const [text, setText] = useState(String(opened.priority));
  const wanted = parsePriority(text);
  const [previewed] = useDebouncedValue(wanted, PREVIEW_AFTER_MS);
  const set = useSetPriority();
  const inQueue = job !== undefined && job.position !== null;
  const [all, setAll] = useState(false);
  const priority = previewed ?? opened.priority;
  const preview = usePriorityPreview(id, { priority, all, enabled: inQueue && !set.isSuccess });
  const runNext = useFindRunNextPriority(id, (priority) => setText(String(priority)));
  const problem = set.error === null ? null : problemOf(set.error);
  const conflict = problem === null ? null : readConflict(problem);

  /** Why the priority no longer matters; null while the job can still get one. */
  function leftQueue(): string | null {
    if (conflict?.kind === 'gone') return conflict.text;
    if (job === undefined || inQueue || set.isSuccess) return null;
    return describeLeftQueue(job.host, job.startedAt);
  }
  function send(expectedVersion: number): void {
    if (wanted !== null && !set.isPending) set.mutate({ id, priority: wanted, expectedVersion });
  }

  return {
    job,
    opened,
    text,
    setText,
    wanted,
    preview,
    showAll: () => setAll(true),
    previewIsStale: preview.isPlaceholderData || previewed !== wanted,
    findRunNext: () => runNext.mutate(),
    conflict,
    leftQueue: leftQueue(),
    error: conflict === null ? set.error : null,
    result: set.data ?? null,
    set: () => send(opened.version),
    setAnyway: send,
  };
}
