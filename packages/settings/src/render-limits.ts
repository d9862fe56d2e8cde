/*
 * How long a step of a render may move nothing, as one setting: a time for all steps, and
 * exceptions with the name of a step. A step without a time keeps its default.
 */
import type { AttemptLimits } from '@renderdeck/domain';
import { z } from 'zod';
import type { Environment } from './read-settings.ts';

/** Only `total` is null if no time is given. */
const STEPS = {
  download: 'downloadMs',
  prepare: 'prepareMs',
  launch: 'launchMs',
  render: 'stallMs',
  publish: 'publishMs',
  total: 'totalMs',
} as const satisfies Record<string, keyof AttemptLimits>;
type Step = keyof typeof STEPS;

/**
 * Settings that RENDERDECK_RENDER_LIMITS replaced. If they were ignored without a word, people
 * would believe that their limits still hold.
 */
export const REPLACED_LIMITS: Readonly<Record<string, Step>> = {
  RENDERDECK_DOWNLOAD_STALL_LIMIT_MS: 'download',
  RENDERDECK_PREPARE_STALL_LIMIT_MS: 'prepare',
  RENDERDECK_LAUNCH_LIMIT_MS: 'launch',
  RENDERDECK_STALL_LIMIT_MS: 'render',
  RENDERDECK_PUBLISH_STALL_LIMIT_MS: 'publish',
  RENDERDECK_TOTAL_LIMIT_MS: 'total',
};

/** A sentence for each replaced setting that is still set. */
export function replacedLimits(env: Environment): string[] {
  return Object.entries(REPLACED_LIMITS)
    .filter(([name]) => (env[name] ?? '') !== '')
    .map(
      ([name, step]) =>
        `${name} is no longer read: set it in RENDERDECK_RENDER_LIMITS, such as ${step}=30m.`,
    );
}

export const RENDER_LIMIT_DEFAULTS = '5m,launch=3m,render=10m';

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const MOST_DAYS = { step: 7, total: 30 } as const;

type Times = Readonly<Partial<Record<Step | 'all', number>>>;
type Read = { ok: true; times: Times } | { ok: false; sentence: string };

export const renderLimits = () =>
  z.string().transform((value, ctx): AttemptLimits => {
    const read = readTimes(value);
    if (read.ok) return limitsOf(read.times);
    ctx.addIssue({ code: 'custom', message: read.sentence });
    return z.NEVER;
  });

function limitsOf(times: Times): AttemptLimits {
  const defaults = readTimes(RENDER_LIMIT_DEFAULTS);
  const usual: Times = defaults.ok ? defaults.times : {};
  const of = (step: Exclude<Step, 'total'>) =>
    times[step] ?? times.all ?? usual[step] ?? usual.all ?? 0;
  return {
    downloadMs: of('download'),
    prepareMs: of('prepare'),
    launchMs: of('launch'),
    stallMs: of('render'),
    publishMs: of('publish'),
    totalMs: times.total ?? null,
  };
}

function readTimes(value: string): Read {
  const times: Partial<Record<Step | 'all', number>> = {};
  for (const entry of value.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const [, name = 'all', time = ''] = /^(?:([^=]*?)\s*=)?\s*(.*)$/.exec(entry) ?? [];
    if (!isStep(name))
      return reject(`names the step "${name}"; the steps are ${Object.keys(STEPS).join(', ')}`);
    if (times[name] !== undefined)
      return reject(name === 'all' ? 'has two times without a step' : `has two times for ${name}`);
    const ms = readTime(time);
    const mostDays = name === 'total' ? MOST_DAYS.total : MOST_DAYS.step;
    if (ms === null || ms > mostDays * UNIT_MS.d)
      return reject(
        `has "${entry}"; a time is a whole number with s, m, h or d, from 1s to ${mostDays}d, ` +
          'such as 10m or publish=30m',
      );
    times[name] = ms;
  }
  return { ok: true, times };
}

const reject = (sentence: string): Read => ({ ok: false, sentence });

function isStep(name: string): name is Step | 'all' {
  return name === 'all' || Object.hasOwn(STEPS, name);
}

/** The time in ms; null if the text is no time. */
function readTime(text: string): number | null {
  const [, number = '', unit = ''] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
  return isUnit(unit) ? Number(number) * UNIT_MS[unit] : null;
}

function isUnit(unit: string): unit is keyof typeof UNIT_MS {
  return Object.hasOwn(UNIT_MS, unit);
}
