/*
 * A priority change, from the number to the new position.
 *
 * 1. The number is checked here first. A preview from the server follows 150 ms later.
 * 2. Set sends the job version that the dialog opened with. A change by somebody else in between
 *    is refused. The dialog then shows who set which value and when, and offers to set the priority
 *    on that version, so a third change is refused again.
 * 3. The answer has the exact position, and the moment when it was counted. A job that has left
 *    the queue has no position, and the dialog says that instead.
 */
import { useDebouncedValue } from '@mantine/hooks';
import { problemOf } from '@renderdeck/client/problem';
import { MOST_MOVED, PRIORITY } from '@renderdeck/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { useJob } from '../../../live/use-job.ts';
import { describeLeftQueue, readConflict } from '../api/read-conflict.ts';

const PREVIEW_AFTER_MS = 150;

export type PriorityChange = ReturnType<typeof usePriorityChange>;

const REFETCH_MS = 2_000;

/** How many of the jobs that move are named at first. */
const NEAREST = 5;

/**
 * The position that this priority would give; the last preview stays until the next one arrives.
 * `all` names as many of the jobs that move as one answer can contain.
 */
function usePriorityPreview(
  id: string,
  { priority, all, enabled }: { priority: number; all: boolean; enabled: boolean },
) {
  const { trpc } = useApi();
  return useQuery(
    trpc.previewPriority.queryOptions(
      { id, priority, limit: all ? MOST_MOVED : NEAREST },
      {
        enabled,
        placeholderData: keepPreviousData,
        refetchInterval: REFETCH_MS,
        staleTime: 0,
      },
    ),
  );
}

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

/** Sets a job's priority and keeps the changed job in the job store. */
function useSetPriority() {
  const { jobs, trpc } = useApi();
  return useMutation(trpc.setPriority.mutationOptions({ onSuccess: ({ job }) => jobs.put([job]) }));
}

/** The lowest priority that gives position 1, else the highest priority; at most 7 requests. */
async function findRunNextPriority(
  positionAt: (priority: number) => Promise<number>,
): Promise<number> {
  let low: number = PRIORITY.min;
  let high: number = PRIORITY.max;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await positionAt(middle)) === 1) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Finds the "Run next" priority of a job by previews, which change nothing on the server. */
function useFindRunNextPriority(id: string, onFound: (priority: number) => void) {
  const { client } = useApi();
  return useMutation({
    mutationFn: () =>
      findRunNextPriority(
        async (priority) => (await client.previewPriority.query({ id, priority })).position.after,
      ),
    onSuccess: onFound,
  });
}

/** The priority that was typed; null unless it is a whole number from 0 to 100. */
export function parsePriority(text: string): number | null {
  const value = /^\d{1,3}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= PRIORITY.min && value <= PRIORITY.max ? value : null;
}

/** The nearest priority within the range. */
export function clampPriority(value: number): number {
  return Math.min(PRIORITY.max, Math.max(PRIORITY.min, value));
}
