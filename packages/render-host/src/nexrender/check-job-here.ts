import type { JobRules } from '@renderdeck/domain';
import type { PathMapping } from '../paths/map-path.ts';
import { thisHost } from '../paths/path-view.ts';
import { asOwnUser, SilentLook } from '../process/looks.ts';
import { checkNexrenderJob, type JobCheck } from './check-nexrender-job.ts';

const WITHIN_MS = 10_000;

/**
 * Checks a job for this host, in a program with a time limit that resolves every link. When a path
 * does not answer in time, the job is refused with the kind `silent`.
 */
export async function checkJobHere(
  job: unknown,
  rules: JobRules,
  mappings: readonly PathMapping[],
  withinMs = WITHIN_MS,
): Promise<JobCheck> {
  const resolved = new Map<string, string | null>();
  while (true) {
    const asked = new Set<string>();
    const checked = checkNexrenderJob(job, rules, {
      ...thisHost,
      mappings,
      follow({ path }) {
        const known = resolved.get(path);
        if (known !== undefined) return known;
        asked.add(path);
        return path;
      },
    });
    // The result counts only if every path that the check asked for was known.
    if (asked.size === 0) return checked;
    const paths = [...asked];
    try {
      const found = await asOwnUser.ask('resolveLinks', [paths], withinMs);
      for (const [at, path] of paths.entries()) resolved.set(path, found[at] ?? null);
    } catch (cause) {
      if (!(cause instanceof SilentLook)) throw cause;
      const fault = { field: 'job', sentence: `${cause.message}.` };
      return { ok: false, ...fault, kind: 'silent', faults: [fault] };
    }
  }
}
