import type { MeOutput, WireHost, WireJob } from '@renderdeck/contract';
import type { JobDialogRequest } from '../../../components/job-dialog-request.ts';
import { mayRunAgain } from '../../../components/may-run-again.ts';

/** What a command does: it goes to an address or opens a dialog. It never acts by itself. */
export type Command = {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly does: { readonly href: string } | { readonly dialog: JobDialogRequest };
};
export type CommandGroup = { readonly title: string; readonly commands: readonly Command[] };
export type CommandPage = { readonly label: string; readonly href: string };

const hasText = (label: string, text: string) =>
  label.toLowerCase().includes(text.trim().toLowerCase());

/** The commands about the selected job that this user may give. */
export function selectedJobCommands(job: WireJob, me: MeOutput): readonly Command[] {
  const { can } = me;
  const dialog = (kind: JobDialogRequest['dialog'], label: string): Command => ({
    id: `selected-${kind}`,
    label: `${label}: ${job.name}`,
    hint: '',
    does: { dialog: { dialog: kind, jobId: job.id } },
  });
  const stop = job.position === null ? 'Stop render' : 'Remove from the queue';
  return [
    {
      id: 'selected-open',
      label: `Open: ${job.name}`,
      hint: '',
      does: { href: `/jobs/${job.id}` },
    },
    ...(can.prioritise && job.position !== null ? [dialog('priority', 'Change priority')] : []),
    ...(mayRunAgain(job, me) ? [dialog('rerun', 'Run again')] : []),
    ...(job.receipt === null ? [] : [dialog('receipt', 'See receipt')]),
    ...(can.stop && job.receipt === null && job.endedAt === null ? [dialog('stop', stop)] : []),
  ];
}

/** The groups that the text leaves; a group without a command is left out. */
export function commandGroups(
  text: string,
  from: {
    readonly selected: readonly Command[];
    /** Found by the server, each with what is known of it. */
    readonly jobs: readonly { readonly job: WireJob; readonly hint: string }[];
    readonly hosts: readonly WireHost[];
    readonly pages: readonly CommandPage[];
  },
): readonly CommandGroup[] {
  const hosts = text.trim() === '' ? [] : from.hosts.filter(({ name }) => hasText(name, text));
  const groups = [
    {
      title: 'Selected job',
      commands: from.selected.filter(({ label }) => hasText(label, text)),
    },
    {
      title: 'Jobs',
      commands: from.jobs.map(({ job: { id, name }, hint }) => ({
        id: `job-${id}`,
        label: name,
        hint,
        does: { href: `/jobs/${id}` },
      })),
    },
    {
      title: 'Hosts',
      commands: hosts.slice(0, 8).map(({ name }) => ({
        id: `host-${name}`,
        label: name,
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
  ];
  return groups.filter(({ commands }) => commands.length > 0);
}
