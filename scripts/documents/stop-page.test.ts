/* Checks that docs/how-a-stop-works.md explains each word that a receipt may have. */
import { cancelReceiptSchema, describeStop, exampleCancelling } from '@renderdeck/contract';
import {
  CANCEL_OUTCOMES,
  type CancelReceipt,
  ENDED_BY,
  HOST_RELATIONS,
  OUTPUTS,
  PROOF_LIMIT_MS,
  PROOFS,
} from '@renderdeck/domain';
import { expect, test } from 'vitest';
import { readText } from '../tracked-files.ts';
import { all } from './read-documents.ts';

const text = (await readText('docs/how-a-stop-works.md')) ?? '';

/** Returns the first cells of the table whose header begins with this text. */
function wordsOf(head: string): string[] {
  const table = text.slice(text.indexOf(`| ${head} |`)).split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .flatMap((row) => all(row.split('|')[1] ?? '', /`(\w+)`/g));
}

test.each([
  ['`outcome`', CANCEL_OUTCOMES],
  ['`proof`', PROOFS],
  ['`output`', OUTPUTS],
  ['`endedBy`', ENDED_BY],
])('each value of %s has its row, and no other', (head, values) => {
  expect(wordsOf(head)).toEqual([...values]);
});

test.each(CANCEL_OUTCOMES)('the outcome %s has the word of the page', (outcome) => {
  const receipt = { ...exampleCancelling, outcome };
  const labelAfter = (ms: number) =>
    describeStop(receipt, Date.parse(receipt.requestedAt) + ms).label;
  const [early, late] = [labelAfter(0), labelAfter(PROOF_LIMIT_MS)];
  const word = early === late ? early : `${early}; after ${PROOF_LIMIT_MS / 1000} s ${late}`;
  expect(text).toContain(`| \`${outcome}\` | ${word} |`);
});

test('each field of a receipt is explained', () => {
  const unexplained = Object.keys(cancelReceiptSchema.shape).filter(
    (field) => !text.includes(`\`${field}\``),
  );
  expect(unexplained).toEqual([]);
});

test('each reason why a stop is not proven says what to do', () => {
  const unproven = ['survivors', 'openAttempts', 'awaitedHosts', 'declared'] as const;
  const reasons: (keyof CancelReceipt | 'leftovers')[] = [...unproven, 'leftovers'];
  const rows = text.slice(text.indexOf('## Not proven')).split('\n');
  for (const reason of reasons)
    expect(
      rows.filter((row) => row.startsWith('|') && row.includes(`\`${reason}\``)),
      reason,
    ).not.toEqual([]);
  for (const relation of HOST_RELATIONS) expect(rows.join('\n')).toContain(`\`${relation}\``);
});

test('the page names the limit after which a stop counts as not proven', () => {
  expect(text.replaceAll('\n', ' ')).toContain(`missing after ${PROOF_LIMIT_MS / 1000} seconds`);
});

test('the page can be read in a few minutes', () => {
  expect(text.split('\n').length).toBeLessThanOrEqual(200);
});
