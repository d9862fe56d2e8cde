import type { WireAuditEntry } from '@renderdeck/contract';
import type { TourContext } from './tour-context.ts';

/** Prints the audit lines of the steps before and checks that each act has its line. */
export async function showAudit({ client, transcript }: TourContext): Promise<void> {
  transcript.step('The audit log of all that:');
  const { entries } = await client.api.listAudit.query({ limit: 100 });
  const shown = entries
    .filter(({ action }) => action === 'cancelJob' || action === 'setPriority')
    .reverse();
  for (const entry of shown) transcript.print(formatEntry(entry));
  const has = (action: string, outcome: string, actor: string, code: string | null) =>
    shown.some(
      (entry) =>
        entry.action === action &&
        entry.outcome === outcome &&
        entry.actor.name === actor &&
        entry.code === code,
    );
  transcript.check(has('cancelJob', 'done', 'admin', null), 'the cancel');
  transcript.check(has('setPriority', 'done', 'admin', null), 'the change of priority');
  transcript.check(has('cancelJob', 'refused', 'vera', 'forbidden'), 'the refused viewer');
  transcript.check(
    has('cancelJob', 'refused', 'admin', 'job_already_ended'),
    'the refused cancel of a completed job',
  );
}

function formatEntry({ at, actor, channel, action, outcome, code, ...entry }: WireAuditEntry) {
  const { before, after } = entry;
  const because = code === null ? '' : ` (${code})`;
  const change = before === null ? '' : `, ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
  return `${at} ${actor.name} over ${channel}: ${action} ${outcome}${because}${change}`;
}
