import { Box } from '@mantine/core';
import {
  nameActor,
  visibleText,
  type WireAuditEntry,
  type WireJob,
  type WireListedChange,
} from '@renderdeck/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { errorMessage } from '../../../api/describe-failure.ts';
import { useMe } from '../../../api/me.ts';
import { Name } from '../../../components/name.tsx';
import { ExactTime, RelativeTime } from '../../../components/time/times.tsx';
import { describeJobChange } from './describe-change.ts';
import styles from './job-page.module.css';

const MOST = 500;
/** A refusal changes no job, so no change event announces it. */
const REFETCH_MS = 4_000;

/** The newest audit lines about one job. They are read only for users who may read all lines. */
function useJobAudit(id: string, version: number, enabled: boolean) {
  const { client } = useApi();
  return useQuery({
    queryKey: ['job audit', id, version],
    enabled,
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.listAudit.query({ jobId: id, limit: MOST }, { signal }),
  });
}

const PAGE = 500;

/** Every change of one job, oldest first; read again with each new version of it. */
function useJobChangesOf(id: string, version: number) {
  const { client } = useApi();
  return useQuery({
    queryKey: ['job changes', id, version],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const changes: WireListedChange[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.listJobChanges.query({ id, limit: PAGE, cursor }, { signal });
        changes.push(...page.changes);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return changes;
    },
  });
}

/** What somebody did, and the words for a try that was refused. */
type Deed = readonly [did: string, tried: string];
const DEEDS: Readonly<Partial<Record<WireAuditEntry['action'], Deed>>> = {
  submitJob: ['submitted it', 'submit it'],
  resubmitJob: ['ran it again', 'run it again'],
  cancelJob: ['asked to stop it', 'stop it'],
  setPriority: ['set its priority', 'set its priority'],
  setTags: ['set its tags', 'set its tags'],
};
/** All other audit lines about a job are reads that were refused. */
const UNKNOWN: Deed = ['read it', 'read it'];

/** What somebody did with the job, or was refused: "set its priority, 70 → 80". */
function describeAudit(entry: WireAuditEntry): string {
  const { action, outcome, code, reason } = entry;
  const [did, tried] = DEEDS[action] ?? UNKNOWN;
  const parts = [outcome === 'refused' ? `tried to ${tried}` : did];
  if (outcome === 'refused') parts.push(`refused: ${(code ?? 'no').replaceAll('_', ' ')}`);
  if (outcome === 'noop') parts.push('nothing had to change');
  if (outcome === 'done') parts.push(...describeValues(entry));
  if (reason !== null) parts.push(`reason: ${reason}`);
  return parts.join(', ');
}

function describeValues({ before, after }: WireAuditEntry): readonly string[] {
  return Object.entries(after ?? {}).map(([name, value]) => {
    const known = before?.[name] ?? null;
    return known === null ? `${name} ${value}` : `${known} → ${value}`;
  });
}

/** Every change of the job, newest first; for admins also what was refused, from the audit. */
export function JobHistory({ job }: { job: WireJob }) {
  const { can } = useMe();
  const changes = useJobChangesOf(job.id, job.version);
  const audit = useJobAudit(job.id, job.version, can.auditAll);
  if (changes.data === undefined)
    return changes.isError ? (
      <p role="alert">History not loaded. {errorMessage(changes.error)}</p>
    ) : null;
  const done = changes.data.map((change, index, all) => ({
    ...{ key: `change ${change.id}`, at: change.at, actor: change.actor },
    text: describeJobChange(change, all[index - 1], job.receipt),
  }));
  // A change tells what was done; the audit adds what was refused or had no effect.
  const refused = (audit.data?.entries ?? [])
    .filter(({ outcome }) => outcome !== 'done')
    .map((entry) => ({
      ...{ key: `audit ${entry.id}`, at: entry.at, actor: nameActor(entry.actor) },
      text: describeAudit(entry),
    }));
  const rows = [...done.reverse(), ...refused].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <Box component="section" mb={24} aria-label="History">
      {!can.auditAll && <p>Only admins see what was refused.</p>}
      <ol className={styles.attempts} reversed>
        {rows.map(({ key, at, actor, text }) => (
          <li key={key}>
            <ExactTime at={at} />, <RelativeTime at={at} />:{' '}
            <strong>
              <Name of={actor} />
            </strong>{' '}
            <span>{visibleText(text)}</span>
          </li>
        ))}
      </ol>
    </Box>
  );
}
