import {
  AUDIT_DEEDS,
  AUDIT_RESULTS,
  type ListAuditInput,
  nameActor,
  type VerifyAuditOutput,
  type WireAuditEntry,
  type WireAuditHole,
} from '@renderdeck/contract';
import { type Command, Option } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import { findJobId } from './job-id.ts';
import type { Perform } from './perform.ts';

type List = Partial<Omit<ListAuditInput, 'jobId'>> & { job?: string; json?: boolean };

/** `ctl audit`: who did which action. */
export function addAudit(program: Command, perform: Perform): void {
  const audit = program.command('audit').description('who did what');

  audit
    .command('list')
    .description('audit lines, newest first; a user who is not an admin sees only their own')
    .option('--actor <name>')
    .option('--action <action>')
    .option('--outcome <outcome>', 'done, noop or refused')
    .addOption(new Option('--did <kind>', 'kind of actions').choices(AUDIT_DEEDS))
    .addOption(new Option('--result <result>', 'only with this result').choices(AUDIT_RESULTS))
    .option('--q <text>', 'a part of a name or a reason, or the start of a job id')
    .option('--entry <id>', 'only this line')
    .option('--job <id>', 'only lines about this job')
    .option('--from <time>', 'ISO 8601 in UTC')
    .option('--to <time>', 'ISO 8601 in UTC')
    .option('--limit <n>', 'lines on a page, at most 500 (default: 100)', wholeNumber)
    .option('--cursor <cursor>', 'the next page')
    .addOption(jsonOption())
    .action(({ job, json = false, ...filter }: List) =>
      perform({ json }, async (api) => {
        const jobId = job && (await findJobId(api, job));
        const listed = await api.listAudit.query({ ...filter, jobId });
        const head = ['TIME', 'ACTOR', 'OVER', 'ACTION', 'OUTCOME', 'JOB', 'WHAT'];
        const more = listed.nextCursor === null ? [] : [`More: --cursor ${listed.nextCursor}`];
        return {
          lines: [
            ...(listed.whole ? [] : ['Only what you did: an admin sees every line.']),
            ...formatTable(head, listed.entries.map(rowOf), 'No lines.'),
            ...listed.holes.map(formatHole),
            ...more,
          ],
          json: listed,
        };
      }),
    );

  audit
    .command('verify')
    .description('check that no audit line was changed or removed')
    .option('--anchor <number:hash>', 'the head of an earlier verification, kept elsewhere')
    .addOption(jsonOption())
    .action(({ anchor, json = false }: { anchor?: string; json?: boolean }) =>
      perform({ json }, async (api) => {
        let proof = await api.verifyAudit.query({ anchor });
        while (proof.next !== null)
          proof = await api.verifyAudit.query({ anchor, after: proof.next });
        return {
          lines: formatProof(proof, anchor ?? null),
          json: proof,
          problem: proof.broken === null ? null : formatBroken(proof.broken),
        };
      }),
    );
}

function formatHole({ from, to, why }: WireAuditHole): string {
  const cause = why === 'down' ? 'Server was down.' : 'No server reported.';
  return `No lines ${shortTime(from)} – ${shortTime(to)}. ${cause}`;
}

function formatProof(proof: VerifyAuditOutput, anchor: string | null): string[] {
  const { verdict, unsealed } = proof;
  const { count, since } = unsealed ?? { count: 0, since: null };
  const tail =
    count === 0
      ? []
      : [
          count === 1
            ? `1 line has no seal, since ${since}.`
            : `${count} lines have no seal, the oldest since ${since}.`,
        ];
  return [...(verdict === 'sound' ? formatSound(proof, anchor) : []), ...tail];
}

/** What a valid chain proves. With an anchor: no line changed. Without: each seal fits. */
function formatSound({ head }: VerifyAuditOutput, anchor: string | null): string[] {
  if (head === null) return ['No line is sealed.'];
  const unchanged = anchor === null ? null : anchor.slice(0, anchor.indexOf(':'));
  return [
    unchanged === null
      ? `Every seal fits its line up to number ${head.number}. Only --anchor can show that the ` +
        'log was cut off or written again.'
      : `Unchanged up to number ${unchanged}, the anchor. Every seal fits its line up to number ` +
        `${head.number}.`,
    `Head, to keep elsewhere: ${head.number}:${head.hash}`,
  ];
}

function formatBroken({
  number,
  entryId,
  detail,
}: NonNullable<VerifyAuditOutput['broken']>): string {
  const line = entryId === null ? '' : ` (line ${entryId})`;
  return `audit_broken: The chain is broken at number ${number}${line}. ${detail}`;
}

function rowOf({
  at,
  actor,
  channel,
  action,
  outcome,
  code,
  result,
  jobId,
  reason,
  before,
  after,
}: WireAuditEntry): string[] {
  const keys = Object.keys({ ...before, ...after });
  const changes = keys.map((key) => `${key} ${before?.[key] ?? '-'} → ${after?.[key] ?? '-'}`);
  const what = [...changes, ...(reason === null ? [] : [reason])].join(', ');
  return [
    shortTime(at),
    nameActor(actor),
    channel,
    action,
    code ?? (outcome === 'done' ? result : outcome),
    jobId ?? '-',
    what,
  ];
}
