import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest();
const HEAD = (
  'number,at,actor,actorKind,channel,address,requestId,action,outcome,code,jobId,' +
  'reason,before,after,hash,result,jobName'
)
  .split(',')
  .map((name) => `"${name}"`)
  .join(',');

test('GET /api/audit.csv gives the lines of all pages, newest first', async () => {
  const { send } = rest;
  await send('ada', 'DELETE', `/api/jobs/${await rest.submit()}`);
  const refused = await rest.sql<{ id: string }[]>`
    insert into audit_log (actor_kind, actor, channel, action, outcome, code, job_id)
    select 'anonymous', 'unknown', 'rest', 'cancelJob', 'refused', 'forbidden', gen_random_uuid()
    from generate_series(1, 1100) returning job_id as id`;
  const ids = refused.map(({ id }) => id);
  const { status, headers, body } = await send('ada', 'GET', '/api/audit.csv?outcome=refused');
  expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
    200,
    'text/csv; charset=utf-8',
    'attachment; filename="audit.csv"',
  ]);
  const lines = String(body).split('\r\n');
  expect(lines[0]).toBe(HEAD);
  expect(lines.slice(1, -1).map((line) => line.split(',')[10])).toEqual(
    ids.toReversed().map((id) => `"${id}"`),
  );
  expect(lines.at(-1)).toBe('');
});
