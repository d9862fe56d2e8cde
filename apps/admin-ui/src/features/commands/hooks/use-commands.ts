import { useDebouncedValue } from '@mantine/hooks';
import type { WireJob } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useApi } from '../../../api/api.ts';
import { useHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { statusLabel } from '../../../components/status/status-label.ts';
import { useJob } from '../../../live/use-job.ts';
import { type CommandPage, commandGroups, selectedJobCommands } from './command.ts';

const LETTERS = 2;
const MOST = 8;
const AFTER_MS = 150;
const NONE: readonly WireJob[] = [];

/** The jobs whose name or id has the text, from two letters on; asked of the server. */
function useJobSearch(text: string) {
  const { trpc, jobs } = useApi();
  const [asked] = useDebouncedValue(text.trim(), AFTER_MS);
  const enabled = asked.length >= LETTERS;
  const search = useQuery(trpc.listJobs.queryOptions({ q: asked, limit: MOST }, { enabled }));
  const found = enabled ? (search.data?.jobs ?? NONE) : NONE;
  useEffect(() => jobs.put(found), [jobs, found]);
  const waits = text.trim().length >= LETTERS && text.trim() !== asked;
  return { found, searching: waits || (enabled && search.isFetching), failed: search.isError };
}

/** The commands that fit what is typed, and the word on the search. */
export function useCommands(text: string, jobId: string | null, pages: readonly CommandPage[]) {
  const { clock } = useApi();
  const me = useMe();
  const hosts = useHosts();
  const job = useJob(jobId ?? '');
  const { found, searching, failed } = useJobSearch(text);
  const silent = new Set(hosts.flatMap(({ name, state }) => (state === 'silent' ? [name] : [])));
  const groups = commandGroups(text, {
    selected: job === undefined ? [] : selectedJobCommands(job, me),
    jobs: found.map((each) => ({
      job: each,
      hint: `${statusLabel(each, silent.has(each.host ?? ''), clock.now())}, ${each.submittedBy}`,
    })),
    hosts,
    pages,
  });
  return { groups, status: wordOn({ searching, failed, isEmpty: groups.length === 0 }) };
}

function wordOn(search: { searching: boolean; failed: boolean; isEmpty: boolean }): string {
  if (search.searching) return 'Searching…';
  if (search.failed) return 'Jobs not searched. The server does not answer.';
  return search.isEmpty ? 'No match' : '';
}
