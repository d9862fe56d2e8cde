import { expect, test } from 'vitest';
import { auditCsv } from '../src/audit-csv.ts';
import { expectProblem, NOW, serveRest } from './serve-rest.ts';

const HEAD =
  'number,at,actor,actorKind,channel,address,requestId,action,outcome,code,jobId,reason,before,after,hash'
    .split(',')
    .map((name) => `"${name}"`)
    .join(',');

test('GET /api/audit.csv gives every line that fits, however many pages they are, newest first', async () => {
  const { send, fake } = serveRest();
  const ids = Array.from({ length: 1100 }, () => fake.farm.submit('Intro', 'sam').id);
  for (const id of ids)
    await fake.port.recordRefusal({ ...BY }, { action: 'cancelJob', code: 'forbidden', jobId: id });
  await send('ada', 'DELETE', `/api/jobs/${ids[0]}`);
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

const BY = {
  actor: { kind: 'stranger', name: 'unknown' },
  channel: 'rest',
  address: null,
  requestId: null,
} as const;

test('GET /api/audit.csv is 401 without session, 403 for others, 400 for a filter that is none, and the refusals have their lines', async () => {
  const { send, fake } = serveRest();
  expectProblem(await send(null, 'GET', '/api/audit.csv'), 401, 'unauthenticated');
  expectProblem(await send('sam', 'GET', '/api/audit.csv'), 403, 'forbidden');
  expectProblem(await send('ada', 'GET', '/api/audit.csv?outcome=perhaps'), 400, 'invalid_input');
  expect(fake.audit.map(({ action, code }) => [action, code])).toEqual([
    ['listAudit', 'unauthenticated'],
    ['listAudit', 'forbidden'],
  ]);
});

test.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  ['  =1', `"'  =1"`],
  ['x;=1', `"x;'=1"`],
  ['x\n=1', `"x\n'=1"`],
  ['x; @SUM(A1);y', `"x;' @SUM(A1);y"`],
  ['＝1+1', `"'＝1+1"`],
  ['\u202e=1', `"'\u202e=1"`],
  ['a;b', '"a;b"'],
  ['a, "b"\nc', '"a, ""b""\nc"'],
  ['a=1', '"a=1"'],
])('a cell with %j is written as %j: no spreadsheet runs it', async (reason, cell) => {
  const entry = {
    id: '7',
    at: NOW,
    actor: { kind: 'user', name: reason },
    channel: 'rest',
    address: null,
    requestId: null,
    action: 'cancelJob',
    outcome: 'done',
    code: null,
    jobId: null,
    reason,
    before: null,
    after: { status: reason },
    seal: { number: '3', hash: 'ab' },
  } as const;
  const written = [];
  for await (const part of auditCsv({ entries: [entry], nextCursor: null }, () =>
    Promise.reject(new Error('no page is left')),
  ))
    written.push(part);
  const json = JSON.stringify({ status: reason })
    .replaceAll('"', '""')
    .replaceAll(/;(?= ?[=@])/g, ";'");
  expect(written.slice(1)).toEqual([
    `"3","${NOW}",${cell},"user","rest",,,"cancelJob","done",,,${cell},,"${json}","ab"\r\n`,
  ]);
});
