import {
  type AttemptReport,
  HOST_IDENTITY,
  OUTPUTS,
  PUBLICATIONS,
  REMOVAL_REPORT,
  STOP_REPORT,
} from '@renderdeck/domain';
import { type Move, parseMove } from '@renderdeck/render-host';
import { z } from 'zod';
import { zodOf } from '../zod-of.ts';

export type JournalEntry = {
  readonly savedAt: string;
  /** The incarnation of the database that has the report; null: none has it. */
  readonly sentTo: string | null;
  readonly report: AttemptReport;
  /** What the last yes of the second gate allows the render to do; null when it is done. */
  readonly pending: Pending | null;
  /** The parts that the attempt may have begun. A database that loses the attempt loses them. */
  readonly parts: readonly string[];
};

/** `move` is null for a module, and for an output that cannot be recognised later. */
export type Pending = {
  readonly move: Move | null;
  /** Nothing that leaves the host comes after it. */
  readonly isLast: boolean;
};

const text = z.string();
const request = z.object({
  by: text,
  at: z.coerce.date(),
  channel: text,
  reason: text.nullable(),
});
const report = z.object({
  jobId: text,
  attemptId: text,
  number: z.int(),
  host: text,
  identity: zodOf(HOST_IDENTITY),
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
  // Entries of older versions have neither `publications` nor `pending`.
  publications: zodOf(PUBLICATIONS).nullable().default(null),
  signalled: z.boolean(),
  stopReport: zodOf(STOP_REPORT),
  removalReport: zodOf(REMOVAL_REPORT).nullable(),
  ranMs: z.number(),
  deadAt: text,
});
const move = z.record(z.string(), z.unknown()).transform(parseMove);
const pending = z.object({ move: move.nullable(), isLast: z.boolean() });
const entry = z.object({
  ...{ savedAt: text, sentTo: text.nullable(), report },
  pending: pending.nullable().default(null),
  // Entries of older versions have none.
  parts: z.array(text).default([]),
});
/** An entry that can be read. A report of another type does not compile where it is written. */
export type ReadableEntry = z.input<typeof entry>;

/** Reads a stored entry of the journal; null when the value is no entry. */
export function parseEntry(value: unknown): JournalEntry | null {
  const parsed = entry.safeParse(value);
  return parsed.success ? parsed.data : null;
}
