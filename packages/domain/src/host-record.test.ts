import { describe, expect, test } from 'vitest';
import {
  afterCheck,
  afterFrame,
  afterHostFailure,
  afterUnclearFailure,
  type HostRecord,
  mustCheck,
  NEW_RECORD,
  pauseMs,
} from './host-record.ts';

const FAILED = { problem: 'It does not start.', isAsked: false };
const HELD = { problem: null, isAsked: false };
const paused: HostRecord = { unclear: 1, pauses: 2, problem: 'The disk is full.' };

describe('HostRecord', () => {
  test('the pauses grow from 1 minute to 30', () => {
    let record = afterHostFailure(NEW_RECORD, 'The disk is full.');
    const minutes: number[] = [];
    for (let check = 0; check < 8; check += 1) {
      minutes.push(pauseMs(record) / 60_000);
      record = afterCheck(record, FAILED);
    }
    expect(minutes).toEqual([1, 2, 5, 10, 20, 30, 30, 30]);
  });

  test('three unclear failures in a row call for a check', () => {
    const two = afterUnclearFailure(afterUnclearFailure(NEW_RECORD));
    expect(mustCheck(two)).toBe(false);
    expect(mustCheck(afterUnclearFailure(two))).toBe(true);
    expect(mustCheck(afterUnclearFailure(afterFrame(two)))).toBe(false);
  });

  test.each([
    {
      what: 'a host failure pauses the host',
      after: afterHostFailure(NEW_RECORD, 'No licence.'),
      is: { unclear: 0, pauses: 1, problem: 'No licence.' },
    },
    {
      what: 'a host failure during a pause changes nothing',
      after: afterHostFailure(paused, 'No licence.'),
      is: paused,
    },
    {
      what: 'a check that fails makes the pause longer and keeps its problem',
      after: afterCheck(paused, FAILED),
      is: { unclear: 1, pauses: 3, problem: FAILED.problem },
    },
    {
      what: 'a check that holds ends the pause and resets the count of unclear failures',
      after: afterCheck(paused, HELD),
      is: { unclear: 0, pauses: 2, problem: null },
    },
    {
      what: "an admin's check that holds also resets the count of pauses",
      after: afterCheck(paused, { ...HELD, isAsked: true }),
      is: NEW_RECORD,
    },
    {
      what: 'a frame resets the count of pauses of a host that takes jobs',
      after: afterFrame({ unclear: 2, pauses: 2, problem: null }),
      is: NEW_RECORD,
    },
    {
      what: 'a frame of another slot does not end a pause',
      after: afterFrame(paused),
      is: { ...paused, unclear: 0 },
    },
  ])('$what', ({ after, is }) => {
    expect(after).toEqual(is);
  });
});
