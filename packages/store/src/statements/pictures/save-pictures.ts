import { type Moment, pictureSlot, type ReportedNoPicture } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';

/** A picture that a host has made. Its bytes are in base64. */
export type NewPicture = {
  /** Pictures of an attempt are numbered from 1. */
  readonly number: number;
  readonly frame: number | null;
  readonly moment: Moment | null;
  readonly width: number;
  readonly height: number;
  readonly picture: string;
  readonly small: string;
};

const save = prepare<{ id: string }>(
  () => sql`
    with held as materialized (
      select a.id from attempts a join jobs j on j.id = a.job_id
      where a.id = ${sql.placeholder('attemptId')}
        and j.attempt_id = a.id and j.lease_expires_at is not null
    ), why as (
      delete from job_pictures where attempt_id = (select id from held) and slot = 0
    )
    insert into job_pictures as kept
      (attempt_id, slot, number, frame, moment, width, height, picture, small)
    select held.id, p.slot, p.number, p.frame, p.moment, p.width, p.height,
      decode(p.picture, 'base64'), decode(p.small, 'base64')
    from held cross join jsonb_to_recordset(${sql.placeholder('pictures')}::jsonb) as p
      (slot int, number int, frame int, moment text, width int, height int, picture text,
      small text)
    on conflict (attempt_id, slot) do update set number = excluded.number, at = excluded.at,
      frame = excluded.frame, moment = excluded.moment, width = excluded.width,
      height = excluded.height, picture = excluded.picture, small = excluded.small
    where kept.number < excluded.number
    returning attempt_id as id`,
);

/**
 * Rows: stores pictures of one attempt, by primary key, over the older pictures in the same places.
 * Fence: only while the attempt holds its job; a picture never replaces a later one. The job does
 * not change. False if nothing was stored.
 */
export async function savePictures(
  db: Database,
  attemptId: string,
  pictures: readonly NewPicture[],
): Promise<boolean> {
  const placed = pictures.map((one) => ({ ...one, slot: pictureSlot(one.number) }));
  return (await save(db, { attemptId, pictures: JSON.stringify(placed) })).length > 0;
}

const saveWhy = prepare<{ id: string }>(
  () => sql`
    insert into job_pictures as kept (attempt_id, slot, number, why)
    select a.id, 0, 0, ${sql.placeholder('why')}
    from attempts a join jobs j on j.id = a.job_id
    where a.id = ${sql.placeholder('attemptId')}
      and j.attempt_id = a.id and j.lease_expires_at is not null
      and not exists (select from job_pictures p where p.attempt_id = a.id and p.slot > 0)
    on conflict (attempt_id, slot) do update set why = excluded.why, at = excluded.at
    returning attempt_id as id`,
);

/**
 * Rows: stores why one attempt has no picture, by primary key. Fence: only while the attempt holds
 * its job and has no picture. False if nothing was stored.
 */
export async function saveNoPicture(
  db: Database,
  attemptId: string,
  why: ReportedNoPicture,
): Promise<boolean> {
  return (await saveWhy(db, { attemptId, why })).length > 0;
}
