import { refuse } from '@renderdeck/contract';
import type { ListPlace } from '@renderdeck/operations';
import { z } from 'zod';

/** A page starts at a place in the queue or at a time in ms. Both fit the database's types. */
const key = z.string().regex(/^\d{1,18}$/);
const time = z.string().regex(/^\d{1,15}$/);
const place = z.union([
  z.tuple([z.literal('queued'), key, z.uuid()]),
  z.tuple([z.enum(['running', 'ended']), time, z.uuid()]),
]);

/** Gives the cursor of a page as opaque text. */
export function writeCursor({ part, key, id }: ListPlace): string {
  return Buffer.from(JSON.stringify([part, key, id])).toString('base64url');
}

/** Reads a cursor. Refuses text that this server did not write. */
export function readCursor(cursor: string): ListPlace {
  const parsed = place.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success)
    throw refuse(
      'invalid_input',
      'cursor: This is no cursor of a list; use nextCursor of the page before, or leave it out.',
      {
        fields: [{ field: 'cursor' }],
      },
    );
  const [part, key, id] = parsed.data;
  return { part, key, id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Reads the cursor of a page of the audit log: the id of its last line. */
export function readAuditCursor(cursor: string): bigint {
  if (!/^\d{1,18}$/.test(cursor))
    throw refuse(
      'invalid_input',
      'cursor: This is no cursor of the audit log; use nextCursor of the page before.',
    );
  return BigInt(cursor);
}
