import { useDebouncedValue } from '@mantine/hooks';
import type { WireJob } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useApi } from '../../../api/api.ts';

const LETTERS = 2;
const MOST = 8;
const AFTER_MS = 150;
const NONE: readonly WireJob[] = [];

/** The jobs whose name or id has the text, from two letters on; asked of the server. */
export function useJobSearch(text: string) {
  const { trpc, jobs } = useApi();
  const [asked] = useDebouncedValue(text.trim(), AFTER_MS);
  const enabled = asked.length >= LETTERS;
  const search = useQuery(trpc.listJobs.queryOptions({ q: asked, limit: MOST }, { enabled }));
  const found = enabled ? (search.data?.jobs ?? NONE) : NONE;
  useEffect(() => jobs.put(found), [jobs, found]);
  const waits = text.trim().length >= LETTERS && text.trim() !== asked;
  return { found, searching: waits || (enabled && search.isFetching), failed: search.isError };
}
