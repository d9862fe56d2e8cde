import type { Moment, ReportedNoPicture } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { anyOf, prepare } from '../../prepared/prepare.ts';

export type PictureRow = {
  readonly number: number;
  readonly frame: number | null;
  readonly moment: Moment | null;
  readonly at: string;
  readonly width: number;
  readonly height: number;
};

/** The pictures of the newest attempt of a job. */
export type FoundPictures = {
  readonly jobId: string;
  /** Null if the job never had an attempt. */
  readonly attempt: { readonly number: number; readonly hasEnded: boolean } | null;
  /** Oldest first. */
  readonly pictures: readonly PictureRow[];
  /** The small copy of the picture that stands for the job, in base64. */
  readonly small: string | null;
  readonly reported: ReportedNoPicture | null;
};

type Row = Omit<FoundPictures, 'attempt'> & {
  readonly attempt: number | null;
  readonly hasEnded: boolean;
};

const find = prepare<Row>(
  () => sql`
    select j.id as "jobId", a.number as attempt,
      coalesce(a.outcome is not null or a.declared_at is not null, false) as "hasEnded",
      coalesce(p.pictures, '[]') as pictures, p.reported,
      (select replace(encode(s.small, 'base64'), E'\\n', '') from job_pictures s
        where s.attempt_id = a.id and s.slot > 0
        order by s.moment = 'middle' desc nulls last, s.number desc limit 1) as small
    from jobs j left join lateral (
        select id, number, outcome, declared_at from attempts
        where job_id = j.id order by number desc limit 1
      ) a on true
      left join lateral (
        select jsonb_agg(jsonb_build_object('number', number, 'frame', frame, 'moment', moment,
            'at', wire_time(at), 'width', width, 'height', height) order by number)
            filter (where slot > 0) as pictures,
          max(why) as reported
        from job_pictures where attempt_id = a.id
      ) p on true
    where j.id = ${anyOf('ids')}`,
);

/**
 * Rows: reads the pictures of the newest attempts of these jobs, without their bytes, by primary
 * keys and attempts_number. Order: none.
 */
export async function findPictures(
  db: Database,
  ids: readonly string[],
): Promise<readonly FoundPictures[]> {
  const rows = await find(db, { ids: `{${ids.join()}}` });
  return rows.map(({ attempt, hasEnded, ...row }) => ({
    ...row,
    attempt: attempt === null ? null : { number: attempt, hasEnded },
  }));
}

const findOne = prepare<{ picture: string }>(
  () => sql`
    select replace(encode(p.picture, 'base64'), E'\\n', '') as picture
    from attempts a join job_pictures p on p.attempt_id = a.id
    where a.job_id = ${sql.placeholder('jobId')} and a.number = ${sql.placeholder('attempt')}
      and p.number = ${sql.placeholder('number')} and p.slot > 0`,
);

/**
 * Rows: reads the bytes of one picture of an attempt of this job, in base64, by attempts_number.
 * Null if it is not kept.
 */
export async function findPicture(
  db: Database,
  place: { readonly jobId: string; readonly attempt: number; readonly number: number },
): Promise<string | null> {
  return (await findOne(db, place))[0]?.picture ?? null;
}
