import { expect, test } from 'vitest';
import { workerSettings } from './programs.ts';
import { readSettings } from './read-settings.ts';

const MINUTE = 60_000;
const DEFAULTS = {
  downloadMs: 5 * MINUTE,
  prepareMs: 5 * MINUTE,
  launchMs: 3 * MINUTE,
  stallMs: 10 * MINUTE,
  publishMs: 5 * MINUTE,
  totalMs: null,
};
const all = (ms: number) => ({
  downloadMs: ms,
  prepareMs: ms,
  launchMs: ms,
  stallMs: ms,
  publishMs: ms,
  totalMs: null,
});

function read(value: string) {
  return readSettings(workerSettings.pick({ RENDERDECK_RENDER_LIMITS: true }), {
    RENDERDECK_RENDER_LIMITS: value,
  });
}

test.each([
  ['', DEFAULTS],
  ['20m', all(20 * MINUTE)],
  ['20m, launch=5m,total=12h', { ...all(20 * MINUTE), launchMs: 5 * MINUTE, totalMs: 43_200_000 }],
  ['publish=1h', { ...DEFAULTS, publishMs: 60 * MINUTE }],
  [
    'render=45s,download=1d,prepare=7d',
    { ...DEFAULTS, stallMs: 45_000, downloadMs: 86_400_000, prepareMs: 604_800_000 },
  ],
  ['total=30d,', { ...DEFAULTS, totalMs: 2_592_000_000 }],
])('the limits "%s" are read, and a step without a time gets its default', (value, limits) => {
  expect(read(value)).toEqual({ ok: true, values: { RENDERDECK_RENDER_LIMITS: limits } });
});

const TIME = 'a time is a whole number with s, m, h or d, from 1s to';
const STEPS = 'the steps are download, prepare, launch, render, publish, total';
test.each([
  ['10', `has "10"; ${TIME} 7d, such as 10m or publish=30m.`],
  ['render=0s', `has "render=0s"; ${TIME} 7d, such as 10m or publish=30m.`],
  ['render=1.5h', `has "render=1.5h"; ${TIME} 7d, such as 10m or publish=30m.`],
  ['launch=8d', `has "launch=8d"; ${TIME} 7d, such as 10m or publish=30m.`],
  ['total=31d', `has "total=31d"; ${TIME} 30d, such as 10m or publish=30m.`],
  ['encode=5m', `names the step "encode"; ${STEPS}.`],
  ['constructor=5m', `names the step "constructor"; ${STEPS}.`],
  ['render=5m,render=6m', 'has two times for render.'],
  ['5m,6m', 'has two times without a step.'],
])('the limits "%s" are refused with a sentence', (value, sentence) => {
  expect(read(value)).toEqual({
    ok: false,
    sentences: [`RENDERDECK_RENDER_LIMITS ${sentence}`],
  });
});
