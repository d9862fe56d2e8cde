/** Who drained a host, when and why. The drain is of the name: the next host with it is drained. */
export type HostDrain = { readonly by: string; readonly at: Date; readonly reason: string | null };

/** What a drain means, as a sentence for people. The time is left to the reader's own format. */
export function explainDrain({ by, reason }: Pick<HostDrain, 'by' | 'reason'>): string {
  const why = reason === null ? '' : ` (${reason})`;
  return `${by} drained it${why}: it takes no job until somebody lets it take jobs again.`;
}

const SHOWN = 3;

/** "Drained: ae-01, ae-02": the hosts that could take a job, if all of them are drained. */
export function nameDrained(hosts: readonly string[]): string {
  const more = hosts.length > SHOWN ? ' and others' : '';
  return `Drained: ${hosts.slice(0, SHOWN).join(', ')}${more}`;
}

/** The warning on a waiting job if all hosts that could take it are drained. */
export function warnOfDrained(hosts: readonly string[]): string {
  return (
    `${nameDrained(hosts)}. No other host could take this job; it waits until one of them takes ` +
    'jobs again.'
  );
}
