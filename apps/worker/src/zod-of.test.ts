import {
  HOST_IDENTITY,
  HOST_REPORT,
  REMOVAL_REPORT,
  STOP_REPORT,
  TREE_RECORD,
} from '@renderdeck/domain';
import { completeValue, shapeVariants } from '@renderdeck/domain/testing/shape-values';
import { describe, expect, it } from 'vitest';
import { zodOf } from './zod-of.ts';

describe.each([
  { name: 'stop report', shape: STOP_REPORT },
  { name: 'removal report', shape: REMOVAL_REPORT },
  { name: 'tree record', shape: TREE_RECORD },
  { name: 'host identity', shape: HOST_IDENTITY },
  { name: 'host report', shape: HOST_REPORT },
])('$name', ({ shape }) => {
  const schema = zodOf(shape);
  const { allowed, refused } = shapeVariants(shape);

  it('reads each value that the shape allows', () => {
    const complete = completeValue(shape);
    expect(schema.parse(complete)).toEqual(complete);
    for (const value of allowed)
      expect([value, schema.safeParse(value).success]).toEqual([value, true]);
  });

  it('refuses each value that the shape does not allow', () => {
    expect(refused.length).toBeGreaterThan(0);
    for (const value of refused)
      expect([value, schema.safeParse(value).success]).toEqual([value, false]);
  });
});

it('a missing field that may be null reads as null, and an optional one stays missing', () => {
  const identity = { hostId: 'h1', hardwareId: null, bootId: 'b1', pidNamespace: null };
  expect(zodOf(HOST_IDENTITY).parse(identity)).toEqual({ ...identity, machineId: null });
  const removal = { files: 1, bytes: 2, leftovers: [], timeToCleanMs: 3 };
  expect(zodOf(REMOVAL_REPORT).parse(removal)).toStrictEqual(removal);
});

it('a field of a newer version is kept', () => {
  const removal = { files: 1, bytes: 2, leftovers: [], timeToCleanMs: 3, later: 'x' };
  expect(zodOf(REMOVAL_REPORT).parse(removal)).toEqual(removal);
});
