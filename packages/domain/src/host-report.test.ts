import { describe, expect, test } from 'vitest';
import {
  describeReport,
  FINDING_STATES,
  type HostFinding,
  listTodo,
  listUnknown,
  toFinding,
} from './host-report.ts';

const all: readonly HostFinding[] = FINDING_STATES.map((state) => ({
  name: `is ${state}`,
  state,
  sentence: '',
}));

test('listTodo has what a person must do, listUnknown what a person must check', () => {
  expect(listTodo({ findings: all })).toEqual([all[2]]);
  expect(listUnknown({ findings: all })).toEqual([all[3]]);
});

describe('describeReport', () => {
  test.each([
    { states: [], says: 'nothing to do' },
    { states: ['ok', 'done'], says: 'nothing to do' },
    { states: ['ok', 'todo'], says: 'to do: is todo' },
    { states: ['unknown'], says: 'not known: is unknown' },
    { states: ['todo', 'unknown'], says: 'to do: is todo; not known: is unknown' },
  ])('$states: $says', ({ states, says }) => {
    expect(describeReport({ findings: all.filter(({ state }) => states.includes(state)) })).toBe(
      says,
    );
  });
});

test.each([
  { ok: true, state: 'ok' },
  { ok: false, state: 'todo' },
  { ok: null, state: 'unknown' },
])('a part of a check that is $ok is $state', ({ ok, state }) => {
  const sentence = 'It is so.';
  expect(toFinding({ name: 'disk', ok, sentence })).toEqual({ name: 'disk', state, sentence });
});
