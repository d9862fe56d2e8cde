import type { ContainerKind, ContainerRecord } from '@renderdeck/domain';
import { createJobObject } from '../windows/job-object.ts';
import { findLiveJob, openLiveJob } from '../windows/live-jobs.ts';
import { createCgroup, explainCgroup, openCgroup, sweepCgroups } from './cgroup.ts';
import type { Container } from './container-types.ts';
import { canAdoptOrphans } from './subreaper.ts';

export type { Accounting, Container } from './container-types.ts';

/** The strongest container that this host allows, with a sentence that says why. */
export async function detectContainer(): Promise<{ kind: ContainerKind; detail: string }> {
  if (process.platform === 'darwin') {
    return {
      kind: 'none',
      detail:
        'macOS has no container for processes: ' +
        'a tree is found by its marks and ended by repeated scans.',
    };
  }
  if (process.platform === 'win32') {
    createJobObject().remove();
    return { kind: 'jobObject', detail: 'One Job Object per attempt.' };
  }
  if (process.platform !== 'linux')
    throw new Error(
      `Renderdeck cannot hold processes on ${process.platform}: ` +
        'a render host runs Linux, macOS or Windows.',
    );
  const cgroup = explainCgroup();
  if (cgroup.ok) return { kind: 'cgroup', detail: `One cgroup per attempt, in ${cgroup.parent}.` };
  const adoption = canAdoptOrphans();
  if (adoption.ok)
    return {
      kind: 'subreaper',
      detail: `The launcher adopts orphans, because no cgroup can be used: ${cgroup.reason}`,
    };
  return { kind: 'none', detail: `Scans only: ${cgroup.reason} ${adoption.reason}` };
}

/** A new, empty container for one attempt. */
export function createContainer(
  kind: ContainerKind,
  attempt: { attemptId: string; treeMarker: string },
): Container {
  if (kind === 'jobObject') return openLiveJob(attempt.attemptId);
  return kind === 'cgroup' ? createCgroup(attempt) : noContainer(kind);
}

/** Removes empty containers that an earlier daemon left, and returns their paths. */
export async function sweepContainers(): Promise<string[]> {
  return process.platform === 'linux' ? sweepCgroups() : [];
}

/** The container of a recorded tree, even if its daemon died before it recorded the container. */
export function openContainer(
  record: ContainerRecord | null,
  attempt: { attemptId: string; treeMarker: string },
): Container {
  // The kernel ends a job with its daemon, and no other process can open the job.
  const job = findLiveJob(attempt.attemptId);
  if (job !== null) return job;
  const kind =
    record?.kind ?? (process.platform === 'linux' && explainCgroup().ok ? 'cgroup' : 'none');
  return kind === 'cgroup' ? openCgroup(record?.path ?? null, attempt) : noContainer(kind);
}

/** Stands for no container: only marks, known identities and descent show who is a member. */
export function noContainer(kind: ContainerKind): Container {
  return {
    record: { kind, path: null },
    adopt() {},
    listPids: () => new Set<number>(),
    isOutside: () => false,
    listBeside: () => [],
    isEmpty: () => null,
    killAll() {},
    remove() {},
  };
}
