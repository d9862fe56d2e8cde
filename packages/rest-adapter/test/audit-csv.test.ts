import { expect, test } from 'vitest';
import { auditCsv } from '../src/audit-csv.ts';
import { NOW } from './serve-rest.ts';

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
  ['', '""'],
])('a cell with %j is written as %j, so that no spreadsheet runs it', async (reason, cell) => {
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
    result: 'done',
    jobId: null,
    jobName: reason,
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
    `"3","${NOW}",${cell},"user","rest",,,"cancelJob","done",,,${cell},,"${json}","ab",` +
      `"done",${cell}\r\n`,
  ]);
});
