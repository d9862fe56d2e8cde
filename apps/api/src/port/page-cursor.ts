import {
  type JobSort,
  type ListJobsInput,
  refuse,
  sortOf,
  whyNotStorable,
} from '@renderdeck/contract';
import type { AuditPlace, JobQuery, ListPlace } from '@renderdeck/operations';
import { z } from 'zod';

/** The end of the year 9999. PostgreSQL cannot read how Date writes a later time. */
const LAST_MS = 253_402_300_799_999;

/**
 * A page starts at a place in the queue or at a time in ms. 18 digits fit the types of the database
 * for both.
 */
const key = z.string().regex(/^\d{1,18}$/);
const time = z
  .string()
  .regex(/^\d{1,15}$/)
  .refine((ms) => Number(ms) <= LAST_MS);
const auditPlace = z.tuple([time, key]);
/** A place among ended jobs that are sorted by their end has no word for the sort. */
const place = z.union([
  z.tuple([z.literal('queued'), key, z.uuid()]),
  z.tuple([z.enum(['running', 'ended']), time, z.uuid()]),
  z.tuple([
    z.literal('ended'),
    z.string().refine((name) => whyNotStorable(name) === null),
    z.uuid(),
    z.literal('name'),
  ]),
  z.tuple([z.literal('ended'), time, z.uuid(), z.literal('duration')]),
]);

/** Writes the cursor of a page as an opaque text. */
export function writeCursor({ section, key, id }: ListPlace, sort: JobSort): string {
  const { by } = sortOf(sort);
  const more = section === 'ended' && by !== 'ended' ? [by] : [];
  return Buffer.from(JSON.stringify([section, key, id, ...more])).toString('base64url');
}

/** Reads a cursor. Refuses a text that this server did not write for this sort. */
function readCursor(cursor: string, sort: JobSort): ListPlace {
  const parsed = place.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  const [section = 'ended', key = '', id = '', by = 'ended'] = parsed.data ?? [];
  const fits = section !== 'ended' || by === sortOf(sort).by;
  if (!parsed.success || !fits)
    throw refuse(
      'invalid_input',
      'cursor: This is no cursor of this list; use nextCursor of the page before, or leave it out.',
      {
        fields: [{ field: 'cursor' }],
      },
    );
  return { section, key, id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Writes a place in the audit log as text: time in ms and id. */
export function writeAuditCursor({ at, id }: AuditPlace): string {
  return `${at.getTime()}-${id}`;
}

/** Reads a place in the audit log. Refuses a text that this server did not write. */
export function readAuditCursor(cursor: string, field: 'cursor' | 'after'): AuditPlace {
  const parsed = auditPlace.safeParse(cursor.split('-'));
  if (!parsed.success)
    throw refuse(
      'invalid_input',
      `${field}: This is no place in the audit log; use nextCursor or head of an earlier answer.`,
      { fields: [{ field }] },
    );
  const [at, id] = parsed.data;
  return { at: new Date(Number(at)), id: BigInt(id) };
}

/** Reads a cursor that is the id of the last line of the previous page. */
export function readIdCursor(cursor: string, of: string): bigint {
  if (!/^\d{1,18}$/.test(cursor))
    throw refuse(
      'invalid_input',
      `cursor: This is no cursor of ${of}; use nextCursor of the page before.`,
    );
  return BigInt(cursor);
}

/** Writes the cursor of a page of messages: time and id of its last message. */
export function writeDeliveryCursor({ at, id }: { at: Date; id: string }): string {
  return `${at.getTime()}.${id}`;
}

/** Reads a cursor of messages. Refuses a text that this server did not write. */
export function readDeliveryCursor(cursor: string): { at: Date; id: string } {
  const parsed = z.tuple([time, z.uuid()]).safeParse(cursor.split('.'));
  if (!parsed.success)
    throw refuse(
      'invalid_input',
      'cursor: This is no cursor of messages; use nextCursor of the page before.',
    );
  const [at, id] = parsed.data;
  return { at: new Date(Number(at)), id };
}

/** Converts the client's query of the job list to the input of the operation. */
export function readJobQuery(input: ListJobsInput): JobQuery {
  const { q, host, by, template, status, from, to, reason, cursor, ...page } = input;
  return {
    ...page,
    q: q ?? null,
    host: host ?? null,
    by: by ?? null,
    template: template ?? null,
    status: status ?? null,
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
    reason: reason ?? null,
    place: cursor === undefined ? null : readCursor(cursor, page.sort),
  };
}
