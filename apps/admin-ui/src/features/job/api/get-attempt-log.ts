import type { WireLogChunk } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useApi } from '../../../api/api.ts';

const CHUNKS = 500;
const LINES = 200;
const REFETCH_MS = 2_000;

type ReadLog = {
  readonly after: number;
  readonly chunks: readonly WireLogChunk[];
  readonly attempt: number | null;
};

/** The last 200 log lines of the newest attempt; each refetch reads only what was added since. */
export function useAttemptLog(id: string, running: boolean) {
  const { client } = useApi();
  const read = useRef<ReadLog>({ after: 0, chunks: [], attempt: null });
  return useQuery({
    queryKey: ['attempt log', id, running],
    refetchInterval: running ? REFETCH_MS : false,
    queryFn: async ({ signal }) => {
      for (;;) {
        const { after, chunks, attempt } = await client.getAttemptLog.query(
          { id, after: read.current.after, limit: CHUNKS },
          { signal },
        );
        const known = attempt === read.current.attempt ? read.current.chunks : [];
        read.current = { after, attempt, chunks: [...known, ...chunks].slice(-LINES) };
        if (chunks.length < CHUNKS)
          return read.current.chunks.flatMap(({ lines }) => lines).slice(-LINES);
      }
    },
  });
}
