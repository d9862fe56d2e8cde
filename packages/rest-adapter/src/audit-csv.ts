import type { ListAuditOutput, WireAuditEntry } from '@renderdeck/contract';
import { type Options, stringify } from 'csv-stringify/sync';

type Page = Pick<ListAuditOutput, 'entries' | 'nextCursor'>;
const COLUMNS = [
  'number',
  'at',
  'actor',
  'actorKind',
  'channel',
  'address',
  'requestId',
  'action',
  'outcome',
  'code',
  'jobId',
  'reason',
  'before',
  'after',
  'hash',
  'result',
  'jobName',
] as const;

/**
 * All audit lines from the first page on, as CSV (RFC 4180). Reads one page at a time, so memory
 * does not grow with the log. A cell that a spreadsheet would read as a formula gets an apostrophe
 * in front.
 */
export async function* auditCsv(
  first: Page,
  read: (cursor: string) => Promise<Page>,
): AsyncGenerator<string> {
  yield stringify([COLUMNS], FORMAT);
  for (let page = first; ; page = await read(page.nextCursor)) {
    if (page.entries.length > 0) yield stringify(page.entries.map(cellsOf), FORMAT);
    if (page.nextCursor === null) return;
  }
}

function cellsOf(entry: WireAuditEntry): readonly (string | null)[] {
  const {
    at,
    actor,
    channel,
    address,
    requestId,
    action,
    outcome,
    code,
    jobId,
    reason,
    before,
    after,
    seal,
  } = entry;
  const values = [before, after].map((value) => (value === null ? null : JSON.stringify(value)));
  const what = [action, outcome, code, jobId, reason, ...values];
  return [
    seal?.number ?? null,
    at,
    actor.name,
    actor.kind,
    channel,
    address,
    requestId,
    ...what,
    seal?.hash ?? null,
    entry.result,
    entry.jobName,
  ];
}

/**
 * The places where a formula may begin: at the start, and after a sign that a spreadsheet of
 * another locale reads as the end of a cell although the cell is quoted.
 */
const FORMULA = /(^|[;\t\r\n|])(?=[\s\p{Cf}]*[=+\-@＝＋－＠])|^(?=[\t\r\n])/gu;

/**
 * Every text is quoted, so that commas and line ends stay inside its cell. Null is an empty cell.
 */
const FORMAT: Options = {
  record_delimiter: 'windows',
  quoted_string: true,
  cast: { string: (text) => text.replace(FORMULA, "$1'") },
};
