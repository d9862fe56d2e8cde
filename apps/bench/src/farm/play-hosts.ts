/*
 * Plays hosts: `node play-hosts.ts OPTIONS`. The parent process asks for what they measured, and
 * for their end.
 */
import { type PlayedHost, startPlayedHost } from '@renderdeck/worker/testing';
import { answerParent, endWithParent } from './answer-parent.ts';
import type { HostsOptions, HostsReport } from './hosts.ts';

const MOST_LINES = 5;

const options: HostsOptions = JSON.parse(process.argv[2] ?? '{}');
const { env, first, count, slots, meanRenderMs } = options;
let measured: HostsReport = { claims: [], completed: 0, others: 0, logged: 0, lines: [] };

async function startHost(number: number): Promise<PlayedHost> {
  let starts = 0;
  return await startPlayedHost({
    env: { ...env, RENDERDECK_WORKER_NAME: `played-${number}` },
    renderMs() {
      starts += 1;
      // The first ends come at any time, as on a farm that has run for long.
      return meanRenderMs * (starts <= slots ? Math.random() : 0.5 + Math.random());
    },
    onClaimed: (tookMs) => void measured.claims.push({ at: Date.now(), tookMs }),
    onEnded(kind) {
      if (kind === 'ended') measured.completed += 1;
      else measured.others += 1;
    },
    onLogged(line) {
      measured.logged += 1;
      if (measured.lines.length < MOST_LINES) measured.lines.push(line.slice(0, 500));
    },
  });
}

endWithParent();
// All at the same moment, as after a power cut.
const hosts = await Promise.all(Array.from({ length: count }, (_, n) => startHost(first + n)));
answerParent({
  /** What was measured since the last question. */
  report() {
    const report = measured;
    measured = { claims: [], completed: 0, others: 0, logged: 0, lines: [] };
    return report;
  },
  async end() {
    await Promise.all(hosts.map((host) => host.end()));
  },
});
