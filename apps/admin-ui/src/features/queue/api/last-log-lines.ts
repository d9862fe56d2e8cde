import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useApi } from '../../../api/api.ts';

const CHUNKS = 500;
/** A log that is longer than so many requests is for the job page. */
const MOST_REQUESTS = 10;
const REFETCH_MS = 2_000;
const SHOWN = 5;

export type LastLogLines = {
  readonly lines: readonly string[];
  /** False while the log is longer than what was read of it. */
  readonly isWhole: boolean;
};

/** The last five lines of an attempt; each refetch reads only what was added since. */
export function useLastLogLines(id: string, attempt: number, running: boolean) {
  const { client } = useApi();
  const after = useRef<string>(undefined);
  const lines = useRef<readonly string[]>([]);
  return useQuery({
    queryKey: ['last log lines', id, attempt, running],
    refetchInterval: running ? REFETCH_MS : false,
    staleTime: 0,
    gcTime: 0,
    queryFn: async ({ signal }): Promise<LastLogLines> => {
      for (let request = 0; request < MOST_REQUESTS; request += 1) {
        const read = await client.getAttemptLog.query(
          { id, attempt, after: after.current, limit: CHUNKS },
          { signal },
        );
        after.current = read.after;
        const added = read.chunks.flatMap((chunk) => chunk.lines);
        lines.current = [...lines.current, ...added].slice(-SHOWN);
        if (read.chunks.length < CHUNKS) return { lines: lines.current, isWhole: true };
      }
      return { lines: lines.current, isWhole: false };
    },
  });
}
