import { type AttemptReport, ENDED_BY, OUTPUTS, PROOFS } from '@renderdeck/domain';
import { z } from 'zod';

export type JournalEntry = {
  readonly savedAt: string;
  /** The incarnation of the database that has the report; null: none has it. */
  readonly sentTo: string | null;
  readonly report: AttemptReport;
};

const text = z.string();
const request = z.object({
  by: text,
  at: z.coerce.date(),
  channel: text,
  reason: text.nullable(),
});
const endedProcess = z.object({
  pid: z.int(),
  name: text,
  parentPid: z.int(),
  startedAt: text.nullable(),
  endedBy: z.enum(ENDED_BY).nullable(),
  endedAt: text.nullable(),
});
const report: z.ZodType<AttemptReport> = z.object({
  jobId: text,
  attemptId: text,
  number: z.int(),
  host: text,
  identity: z.object({
    hostId: text,
    machineId: text.nullable(),
    hardwareId: text.nullable(),
    bootId: text,
    pidNamespace: text.nullable(),
  }),
  workerId: text,
  treeMarker: text,
  end: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('stopped'), request, afterMs: z.number().nullable() }),
    z.object({ kind: z.literal('completed') }),
    z.object({ kind: z.literal('failed'), failure: text }),
    z.object({ kind: z.literal('released'), why: text }),
    // Entries of older versions have no `killed`.
    z.object({ kind: z.literal('hostFailed'), why: text, killed: text.nullable().default(null) }),
    z.object({ kind: z.literal('lost') }),
  ]),
  output: z.enum(OUTPUTS),
  signalled: z.boolean(),
  stopReport: z.looseObject({
    processes: z.array(endedProcess),
    proof: z.enum(PROOFS).nullable(),
    survivors: z.array(z.object({ pid: z.int(), name: text, state: text })),
    timeToDeadMs: z.number().nullable(),
  }),
  removalReport: z
    .looseObject({
      files: z.int(),
      bytes: z.int(),
      leftovers: z.array(z.object({ path: text, error: text })),
      timeToCleanMs: z.number(),
    })
    .nullable(),
  ranMs: z.number(),
  deadAt: text,
});
const entry: z.ZodType<JournalEntry> = z.object({
  savedAt: text,
  sentTo: text.nullable(),
  report,
});

/** Reads a stored entry of the journal; null when the value is no entry. */
export function parseEntry(value: unknown): JournalEntry | null {
  const parsed = entry.safeParse(value);
  return parsed.success ? parsed.data : null;
}
