import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from '@renderdeck/testing/open-sql';

/** A film of two dark frames, VP8 in WebM. */
const FILM = [
  'GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQJChYECGFOAZwEAAAAAAAITEU2bdLpNu4tTq4QVSalm',
  'U6yBoU27i1OrhBZUrmtTrIHWTbuMU6uEElTDZ1OsggEjTbuMU6uEHFO7a1OsggH97AEAAAAAAABZAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAVSalmsCrXsYMPQkBNgIxMYXZmNjEuNy4xMDNXQYxMYXZmNjEuNy4xMDNE',
  'iYhAeQAAAAAAABZUrmvIrgEAAAAAAAA/14EBc8WIXtUmVFCBU2ecgQAitZyDdW5kiIEAhoVWX1ZQOIOBASPj',
  'g4QL68IA4JCwgRC6gRCagQJVsIRVuYEBElTDZ/tzc59jwIBnyJlFo4dFTkNPREVSRIeMTGF2ZjYxLjcuMTAz',
  'c3PWY8CLY8WIXtUmVFCBU2dnyKFFo4dFTkNPREVSRIeUTGF2YzYxLjE5LjEwMSBsaWJ2cHhnyKFFo4hEVVJB',
  'VElPTkSHkzAwOjAwOjAwLjQwMDAwMDAwMAAfQ7Z11eeBAKO5gQAAgHACAJ0BKhAAEAAARwiFhYiFhIgCAgJ1',
  'qgIMvc4A/v+N5P/9tA//bQP/20D/7aB/jebzWrEAo5WBAMgAsQEADxH8ABgAGFgv9AAIAAAcU7trkbuPs4EA',
  't4r3gQHxggGj8IED',
].join('');

/** Puts a film into this folder, as if the newest attempt of a job had published it. */
export async function insertOutput(sql: Sql, jobId: string, folder: string): Promise<void> {
  const film = Buffer.from(FILM, 'base64');
  const path = join(folder, 'spot_0141_עב.webm');
  await writeFile(path, film);
  await sql`
    insert into job_outputs (attempt_id, number, path, published_at, kind, bytes, files, sha256,
      seconds, codec, width, height, frames)
    select attempt_id, 1, ${path}, clock_timestamp(), 'file', ${film.length}, 1,
      ${'9f3ac107be'.repeat(7).slice(0, 64)}, 0.4, 'vp8', 16, 16, 2
    from jobs where id = ${jobId}`;
  await sql`
    insert into job_outputs (attempt_id, number, path, published_at, kind, bytes, files, codec,
      width, height, frames)
    select attempt_id, 2, '/mnt/out/frames', clock_timestamp(), 'sequence', 5200000000, 980, 'exr',
      3840, 2160, 980
    from jobs where id = ${jobId}`;
}
