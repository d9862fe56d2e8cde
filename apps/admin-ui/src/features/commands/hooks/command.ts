import { useDebouncedValue } from '@mantine/hooks';
import {
  isRunning,
  type MeOutput,
  statusLabel,
  type WireHost,
  type WireJob,
} from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApi } from '../../../api/api.ts';
import { useHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { type JobDialogRequest, mayRunAgain } from '../../../components/job-dialog-request.ts';
import { QUEUE_TABS } from '../../../components/views/queue-tabs.ts';
import { useSavedViews } from '../../../components/views/saved-views.ts';
import { useJob } from '../../../live/use-job.ts';

/**
 * What a command does: it goes to an address, opens a dialog, or changes only this session. It
 * never changes a job by itself.
 */
export type Command = {
  readonly id: string;
  readonly label: string;
  /** The name that follows the label: of a job, a host or a view. */
  readonly name?: string;
  readonly hint: string;
  readonly does:
    | { readonly href: string }
    | { readonly dialog: JobDialogRequest }
    | { readonly run: () => void };
};
export type CommandGroup = { readonly title: string; readonly commands: readonly Command[] };
export type CommandPage = { readonly label: string; readonly href: string };
/** An action of the session, such as "Sign out". */
export type CommandAction = { readonly label: string; readonly run: () => void };

const textOf = ({ label, name = '' }: Pick<Command, 'label' | 'name'>) => `${label}${name}`;

const hasText = (label: string, text: string) =>
  label.toLowerCase().includes(text.trim().toLowerCase());

/** The commands about the selected job that this user may give. */
function selectedJobCommands(job: WireJob, me: MeOutput): readonly Command[] {
  const { can } = me;
  const dialog = (kind: JobDialogRequest['dialog'], label: string): Command => ({
    id: `selected-${kind}`,
    label: `${label}: `,
    name: job.name,
    hint: '',
    does: { dialog: { dialog: kind, jobId: job.id } },
  });
  const stop = job.position === null ? 'Stop render' : 'Remove from the queue';
  return [
    {
      id: 'selected-open',
      label: 'Open: ',
      name: job.name,
      hint: '',
      does: { href: `/jobs/${job.id}` },
    },
    ...(can.prioritise && job.position !== null ? [dialog('priority', 'Change priority')] : []),
    ...(mayRunAgain(job, me) ? [dialog('rerun', 'Run again')] : []),
    ...(job.receipt === null ? [] : [dialog('receipt', 'See receipt')]),
    ...(can.stop && job.receipt === null && job.endedAt === null ? [dialog('stop', stop)] : []),
  ];
}

/** The groups with the commands that match the text. Empty groups are left out. */
function commandGroups(
  text: string,
  from: {
    readonly selected: readonly Command[];
    /** Jobs that the server found, each with a hint. */
    readonly jobs: readonly { readonly job: WireJob; readonly hint: string }[];
    readonly hosts: readonly WireHost[];
    readonly pages: readonly CommandPage[];
    readonly views: readonly Command[];
    readonly stops: readonly Command[];
    readonly actions: readonly CommandAction[];
  },
): readonly CommandGroup[] {
  const hosts = text.trim() === '' ? [] : from.hosts.filter(({ name }) => hasText(name, text));
  const groups = [
    {
      title: 'Selected job',
      commands: from.selected.filter((command) => hasText(textOf(command), text)),
    },
    { title: 'Stop', commands: from.stops },
    {
      title: 'Jobs',
      commands: from.jobs.map(({ job: { id, name }, hint }) => ({
        id: `job-${id}`,
        label: '',
        name,
        hint,
        does: { href: `/jobs/${id}` },
      })),
    },
    {
      title: 'Hosts',
      commands: hosts.slice(0, 8).map(({ name }) => ({
        id: `host-${name}`,
        label: '',
        name,
        hint: '',
        does: { href: `/hosts?host=${encodeURIComponent(name)}` },
      })),
    },
    {
      title: 'Pages',
      commands: from.pages
        .filter(({ label }) => hasText(label, text))
        .map(({ label, href }) => ({ id: `page-${label}`, label, hint: '', does: { href } })),
    },
    {
      title: 'Lists of jobs',
      commands: from.views.filter((command) => hasText(textOf(command), text)),
    },
    {
      title: 'Actions',
      commands: from.actions
        .filter(({ label }) => hasText(label, text))
        .map(({ label, run }) => ({ id: `action-${label}`, label, hint: '', does: { run } })),
    },
  ];
  return groups.filter(({ commands }) => commands.length > 0);
}

const LETTERS = 2;
const MOST = 8;
const AFTER_MS = 150;
const NONE: readonly WireJob[] = [];

/** The jobs whose name or id has the text. It asks the server from two letters on. */
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

/** The lists of jobs that have a tab, and those that the user saved. */
function useViewCommands(): readonly Command[] {
  const saved = useSavedViews(useMe().user.name);
  const router = useRouter();
  const hrefOf = (search: object) => `/queue${router.options.stringifySearch({ ...search })}`;
  return [
    ...QUEUE_TABS.map(({ label, search }) => ({
      ...{ id: `list-${label}`, label, hint: '' },
      does: { href: hrefOf(search) },
    })),
    ...saved.map(({ name, search }) => ({
      ...{ id: `view-${name}`, label: '', name, hint: 'saved view' },
      does: { href: hrefOf(search) },
    })),
  ];
}

/** The renders that "stop" may mean: those that run now. Each asks before it stops. */
function useStopCommands(text: string): readonly Command[] {
  const { trpc } = useApi();
  const { can } = useMe();
  const [word = '', ...rest] = text.trim().toLowerCase().split(/\s+/);
  const enabled = can.stop && word.length >= LETTERS && 'stop'.startsWith(word);
  const running = useQuery(trpc.listJobs.queryOptions({ show: 'active', limit: 50 }, { enabled }));
  if (!enabled) return [];
  return (running.data?.jobs ?? [])
    .filter(({ status, receipt }) => isRunning(status) && receipt === null)
    .filter(({ name }) => hasText(name, rest.join(' ')))
    .slice(0, MOST)
    .map(({ id, name }) => ({
      ...{ id: `stop-${id}`, label: 'Stop render: ', name, hint: '' },
      does: { dialog: { dialog: 'stop', jobId: id } },
    }));
}

/** The commands that match the text, and the state of the search. */
export function useCommands(
  text: string,
  jobId: string | null,
  pages: readonly CommandPage[],
  actions: readonly CommandAction[],
) {
  const { clock } = useApi();
  const me = useMe();
  const hosts = useHosts();
  const job = useJob(jobId ?? '');
  const { found, searching, failed } = useJobSearch(text);
  const views = useViewCommands();
  const stops = useStopCommands(text).filter(({ id }) => id !== `stop-${jobId ?? ''}`);
  const silent = new Set(hosts.flatMap(({ name, state }) => (state === 'silent' ? [name] : [])));
  const groups = commandGroups(text, {
    selected: job === undefined ? [] : selectedJobCommands(job, me),
    jobs: found.map((each) => ({
      job: each,
      hint: `${statusLabel(each, silent.has(each.host ?? ''), clock.now())}, ${each.submittedBy}`,
    })),
    hosts,
    pages,
    views,
    stops,
    actions,
  });
  return { groups, status: wordOn({ searching, failed, isEmpty: groups.length === 0 }) };
}

function wordOn(search: { searching: boolean; failed: boolean; isEmpty: boolean }): string {
  if (search.searching) return 'Searching…';
  if (search.failed) return 'Jobs not searched. The server does not answer.';
  return search.isEmpty ? 'No match' : '';
}
