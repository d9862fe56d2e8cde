import { useApi } from '../../../api/api.ts';
import { useHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { statusLabel } from '../../../components/status/status-label.ts';
import { useJob } from '../../../live/use-job.ts';
import { useJobSearch } from '../api/search-jobs.ts';
import { type CommandPage, commandGroups, selectedJobCommands } from './command.ts';

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
