import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useApi } from '../../../api/api.ts';

const CHUNKS = 500;
const REFETCH_MS = 2_000;

/**
 * All log lines of one attempt; each refetch reads only what was added since. A component shows one
 * attempt for as long as it is mounted.
 */
export function useAttemptLog(id: string, attempt: number, running: boolean) {
  const { client } = useApi();
  const after = useRef<string>(undefined);
  const lines = useRef<readonly string[]>([]);
  return useQuery({
    queryKey: ['attempt log', id, attempt, running],
    refetchInterval: running ? REFETCH_MS : false,
    staleTime: 0,
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      for (;;) {
        const read = await client.getAttemptLog.query(
          { id, attempt, after: after.current, limit: CHUNKS },
          { signal },
        );
        after.current = read.after;
        lines.current = [...lines.current, ...read.chunks.flatMap((chunk) => chunk.lines)];
        if (read.chunks.length < CHUNKS) return lines.current;
      }
    },
  });
}
