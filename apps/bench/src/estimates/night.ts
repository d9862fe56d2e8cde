/*
 * One simulated night of a farm. Batches of jobs of a template come in, more of them in the first
 * hours, some with other priorities or with tags that few hosts offer. Renders of a template differ
 * in length, hosts in speed; some renders fail, and each night a host is silent for a while.
 */
import type { Random } from './random.ts';

export const MINUTE_S = 60;
const HOUR_S = 3600;
/** Jobs are submitted in these hours. */
const OPEN_S = 8 * HOUR_S;

export type Template = {
  readonly key: string;
  readonly tags: string;
  readonly logMean: number;
  readonly logSd: number;
};
export type SimulatedHost = {
  readonly slots: number;
  readonly tags: readonly string[];
  readonly slowness: number;
};
export type SimulatedJob = {
  readonly id: number;
  readonly template: Template;
  readonly priority: number;
  readonly submittedAt: number;
  /** The duration on a host of usual speed, and the part after which the render fails. */
  readonly lengthS: number;
  readonly share: number;
  /** How wrong the estimate from the frames is at the start. */
  readonly noise: number;
};
export type Night = {
  readonly jobs: readonly SimulatedJob[];
  /** A host that is silent for a while, and its times. */
  readonly silent: { readonly host: number; readonly from: number; readonly to: number };
};

export function makeFarm(random: Random): readonly SimulatedHost[] {
  return Array.from({ length: 12 }, (_, index) => ({
    slots: index < 8 ? 2 : 1,
    tags: [...(index % 3 === 0 ? ['c4d'] : []), ...(index % 2 === 0 ? ['fonts-jp'] : [])],
    slowness: Math.exp(0.12 * random.normal()),
  }));
}

let templates = 0;
export function makeTemplate(random: Random): Template {
  templates += 1;
  const tagged = random.next();
  return {
    key: `template ${templates}`,
    tags: tagged < 0.1 ? 'c4d' : tagged < 0.2 ? 'fonts-jp' : '',
    logMean: Math.log((3 + 12 * random.next()) * MINUTE_S),
    logSd: 0.15 + 0.3 * random.next(),
  };
}

/** A night of about this many jobs. */
export function makeNight(
  random: Random,
  known: readonly Template[],
  hosts: number,
  count: number,
): Night {
  const jobs: SimulatedJob[] = [];
  while (jobs.length < count) {
    const template = random.pick(known);
    if (template === undefined) break;
    // Half of the batches come in the first two hours.
    const submittedAt = random.next() < 0.5 ? random.next() * 2 * HOUR_S : random.next() * OPEN_S;
    const chance = random.next();
    const priority = chance < 0.8 ? 50 : chance < 0.92 ? 70 : 30;
    const size = Math.ceil(40 * random.next() ** 2);
    for (let index = 0; index < size; index += 1)
      jobs.push({
        ...{ id: jobs.length, template, priority, submittedAt: submittedAt + index },
        lengthS: Math.exp(template.logMean + template.logSd * random.normal()),
        share: random.next() < 0.03 ? random.next() : 1,
        noise: 0.2 * random.normal(),
      });
  }
  const from = (1 + 5 * random.next()) * HOUR_S;
  const silent = {
    host: Math.floor(random.next() * hosts),
    from,
    to: from + (0.5 + random.next()) * HOUR_S,
  };
  return { jobs: jobs.toSorted((one, other) => one.submittedAt - other.submittedAt), silent };
}
