import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ESCAPE_PROBES } from './escape-probes.ts';
import { FILE_PROBES } from './file-probes.ts';
import { HOST_PROBES } from './host-probes.ts';
import { JOB_PROBES } from './job-probes.ts';
import type { Probe, ProbeResult, Seen } from './probe.ts';
import { PROCESS_PROBES } from './process-probes.ts';

const PROBE_WITHIN_MS = 60_000;

/** Runs one probe after the other. The next probe runs even if one fails or does not end. */
export async function runProbes(
  probes: readonly Probe[],
  folder: string,
  onResult: (result: ProbeResult) => void,
  withinMs = PROBE_WITHIN_MS,
): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const probe of probes) {
    const own = join(folder, `probe-${results.length + 1}`);
    const result = await runProbe(probe, own, withinMs);
    results.push(result);
    onResult(result);
  }
  return results;
}

async function runProbe(probe: Probe, folder: string, withinMs: number): Promise<ProbeResult> {
  const { name, expected, systems } = probe;
  const told = { name, expected };
  if (!systems.includes(process.platform))
    return { ...told, seen: `Not asked on ${process.platform}.`, verdict: 'notHere', ms: 0 };
  const beganAt = performance.now();
  const end = new AbortController();
  const late = delay(withinMs, null, { signal: end.signal }).catch(() => null);
  try {
    await mkdir(folder, { recursive: true });
    const seen = await Promise.race([probe.run({ folder }), late]);
    if (seen === null) throw new Error(`It has not ended within ${withinMs / 1000} s.`);
    return { ...told, ...judge(seen), ms: Math.round(performance.now() - beganAt) };
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    return { ...told, seen, verdict: 'failed', ms: Math.round(performance.now() - beganAt) };
  } finally {
    end.abort();
  }
}

function judge({ seen, asExpected }: Seen): Pick<ProbeResult, 'seen' | 'verdict'> {
  if (asExpected === null) return { seen, verdict: 'open' };
  return { seen, verdict: asExpected ? 'asExpected' : 'differs' };
}

/** All questions to a host that need no render. */
export const ACCEPTANCE_PROBES: readonly Probe[] = [
  ...JOB_PROBES,
  ...PROCESS_PROBES,
  ...HOST_PROBES,
  ...FILE_PROBES,
  ...ESCAPE_PROBES,
];
