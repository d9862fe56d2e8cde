/* What must hold when the farm is quiet again. Each function returns what does not hold. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAudit } from '@renderdeck/operations';
import { waitFor } from '@renderdeck/testing/wait-for';
import type { Act } from './load.ts';
import { type AttemptRow, type JobRow, rowsOf } from './read-farm.ts';
import type { StopSeen } from './stops.ts';
import type { Follower } from './streams.ts';
import { mayBeLost, outputsOf, type World } from './world.ts';

const isTwice = (warning: string) => warning.includes('may have been published twice');

/**
 * Every job has one final status and one reason for it. A job that was stopped while its host was
 * lost stays CANCELLED when the host reports that it had completed the job, and knows its output. A
 * job that another host rendered again after a failover has a warning.
 */
export function checkReasons(jobs: readonly JobRow[], attempts: readonly AttemptRow[]): string[] {
  return jobs.flatMap(({ id, name, status, failure, stopAsked, output, warnings }) => {
    const own = attempts.filter((one) => one.jobId === id);
    const completed = own.filter((one) => one.outcome === 'completed').length;
    const says = [
      ...(status === 'COMPLETED' && completed !== 1 && !warnings.some(isTwice)
        ? ['has not one completed attempt']
        : []),
      ...(status === 'FAILED' && completed > 0 ? ['has a completed attempt'] : []),
      ...(status === 'FAILED' && failure === null ? ['has no reason'] : []),
      ...(status === 'CANCELLED' && !stopAsked ? ['was not asked to stop'] : []),
      ...(status === 'CANCELLED' && completed > 0 && output === 'none'
        ? ['has a completed attempt and no output']
        : []),
    ];
    const ends = own.map(({ outcome }) => outcome).join(', ');
    return says.map((sentence) => `job ${name} is ${status} (${ends}) and ${sentence}`);
  });
}

/** Each output is complete and belongs to a job that knows of it. None came out twice unsaid. */
export async function checkOutputs(world: World, jobs: readonly JobRow[]): Promise<string[]> {
  const { publications, farm } = world;
  const byOutput = new Map(jobs.flatMap((job) => outputsOf(job.name).map((one) => [one, job])));
  const told = await rowsOf(farm).audit();
  const lostJobs = new Set([...told].filter((line) => line.startsWith('reportLostOutput ')));
  /** Names of jobs, which the names of their outputs begin with. */
  const unknown = new Set<string>();
  const wrong = [...publications.seen].flatMap(([name, versions]) => {
    const job = byOutput.get(name);
    const says = isWholeAvi(join(farm.folders.output, name)) ? [] : ['is not complete'];
    if (job === undefined) unknown.add(name.slice(0, name.indexOf('.')));
    else if (job.status !== 'COMPLETED' && job.output === 'none')
      says.push(`is there, and its job is ${job.status} without an output`);
    if (versions.length > 1 && !job?.warnings.some(isTwice) && job !== undefined)
      says.push(`came out ${versions.length} times, and its job does not say so`);
    if (
      versions.length > 1 &&
      !versions.some(({ at }) => world.database.losses.some((loss) => at <= loss.to))
    )
      says.push(`came out ${versions.length} times without a promotion`);
    return says.map((sentence) => `${name} ${sentence}`);
  });
  const missing = jobs
    .filter(({ status }) => status === 'COMPLETED')
    .flatMap(({ name }) => outputsOf(name).filter((one) => !publications.seen.has(one)))
    .map((name) => `${name} is missing, and its job is COMPLETED`);
  const untold =
    unknown.size > lostJobs.size
      ? [`the database lost ${[...unknown].join(', ')}, and only ${lostJobs.size} are told`]
      : [];
  return [...wrong, ...missing, ...untold];
}

/** The stand-in writes the size of the whole file into its head before the first frame. */
function isWholeAvi(path: string): boolean {
  const bytes = readFileSync(path);
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.readUInt32LE(4) === bytes.length - 8;
}

/** Every change that was acknowledged is in the database and in the audit log. */
export async function checkActs(
  world: World,
  acts: readonly Act[],
  jobs: readonly JobRow[],
): Promise<string[]> {
  const audit = await rowsOf(world.farm).audit();
  const byId = new Map(jobs.map((job) => [job.id, job]));
  return acts
    .filter(({ calledAt, answeredAt }) => !mayBeLost(world, calledAt, answeredAt))
    .flatMap(({ action, jobId }) => {
      const job = byId.get(jobId);
      if (job === undefined) return [`${action} of ${jobId} was acknowledged, and there is no job`];
      return [
        ...(audit.has(`${action} ${jobId}`)
          ? []
          : [`${action} of ${job.name} is not in the audit`]),
        ...(action === 'cancelJob' && !job.stopAsked && job.status !== 'COMPLETED'
          ? [`the stop of ${job.name} is not in the database`]
          : []),
      ];
    });
}

/** After a proven stop, no output of the job has changed. */
export function checkStops(
  world: World,
  stops: readonly StopSeen[],
  jobs: readonly JobRow[],
): string[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  return stops
    .filter(({ at }) => !mayBeLost(world, at))
    .flatMap(({ jobId, outputs, number }) => {
      const job = byId.get(jobId);
      if (job?.status !== 'CANCELLED')
        return [`#${number} was cancelled, and its job is ${job?.status}`];
      return [...outputs].flatMap(([name, inode]) => {
        const now = world.publications.seen.get(name)?.at(-1)?.inode ?? null;
        return now === inode ? [] : [`${name} changed after its job was cancelled (#${number})`];
      });
    });
}

/**
 * Each stream comes to the last version of every job that it has seen since its last gap. It tells
 * at most one gap for each promotion.
 */
export async function checkStreams(
  world: World,
  followers: readonly Follower[],
  jobs: readonly JobRow[],
): Promise<string[]> {
  const behind = () =>
    followers.flatMap(({ name, versions }) =>
      jobs
        .filter(({ id, version }) => versions.has(id) && versions.get(id) !== version)
        .map(
          (job) => `${name} saw version ${versions.get(job.id)} of ${job.name}, not ${job.version}`,
        ),
    );
  await waitFor(() => behind().length === 0, { withinMs: 60_000 }).catch(() => undefined);
  const gaps = followers
    .filter(({ counts }) => counts.gaps > world.database.losses.length)
    .map(({ name, counts }) => `${name} told ${counts.gaps} gaps`);
  return [...behind(), ...gaps];
}

/** The chain over the audit log is whole. */
export async function checkAudit(world: World): Promise<string[]> {
  const proof = await verifyAudit({ db: world.farm.db }, { anchor: null });
  return proof.verdict === 'broken' ? [`the audit is broken: ${JSON.stringify(proof.broken)}`] : [];
}
