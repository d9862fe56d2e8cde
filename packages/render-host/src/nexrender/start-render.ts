import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptProgress, LogStream, RememberedProcess, TreeRecord } from '@renderdeck/domain';
import { startProcessTree } from '../process/start-process-tree.ts';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';
import { createAerenderReader } from './aerender-output.ts';
import { createBoundedLines } from './bounded-lines.mjs';
import { readEnvironment } from './config.ts';
import { isRecord } from './is-record.ts';
import { prepareNexrenderJob } from './prepare-nexrender-job.ts';
import { createRedactor } from './redact.mjs';
import { makeRenderEnvironment } from './render-environment.ts';
import { parseRenderMessage, type RenderEnd, type RenderMessage } from './render-message.ts';

export type RenderOptions = {
  attemptId: string;
  treeMarker: string;
  owner: string;
  /** As checkNexrenderJob gave it back. */
  nexrenderJob: Record<string, unknown>;
  scratch: ScratchFolder;
  /** Null: nexrender's own search. */
  aerender: string | null;
  /** Allowed action modules. */
  actions: string[];
  /**
   * preparing, downloading, launching, rendering, gate, publishing: in this order. `launching` ends
   * with After Effects' first word about the composition.
   */
  onPhase(phase: string): void;
  onProgress(progress: Omit<AttemptProgress, 'phase'>): void;
  onLine(stream: LogStream, line: string): void;
  /** Asked once, between the render and the first postrender action; only true lets anything be published. */
  gate(): Promise<boolean>;
  /** How long the child waits for that answer before it takes it for a no; default one minute. */
  gateWaitMs?: number;
};

export type Render = {
  record: TreeRecord;
  /** Lets the render begin; call it when the record is stored. */
  go(): void;
  /** How it ended, when the child itself is gone or has said so; processes it started may still live: stop the tree, always. */
  ended: Promise<RenderEnd>;
  members(): Promise<readonly RememberedProcess[]>;
  /** When the tree is proven dead. */
  release(): Promise<void>;
};

const CHILD = new URL('./render-child.mjs', import.meta.url).href;
const GATE_WAIT_MS = 60_000;
const EXIT_WAIT_MS = 2000;

/** Starts a process tree that will run nexrender on this job inside its scratch folder; nothing of the job is touched before `go`. */
export async function startRender(options: RenderOptions): Promise<Render> {
  const { scratch, onPhase, onLine } = options;
  const job = prepareNexrenderJob(options.nexrenderJob, options.attemptId);
  const environment = makeRenderEnvironment(readEnvironment(), scratch);
  const readAerender = createAerenderReader(readStep(job));
  const redact = createRedactor(job);
  let report: (end: RenderEnd) => void = () => {};
  const reported = new Promise<RenderEnd>((resolve) => {
    report = resolve;
  });
  const outputs = { stdout: createOutput(), stderr: createOutput() };
  let percent = 0;

  const tree = await startProcessTree({
    attemptId: options.attemptId,
    treeMarker: options.treeMarker,
    owner: options.owner,
    modulePath: CHILD,
    title: 'nexrender',
    env: environment,
    cwd: scratch.root.path, // outside of the scratch folder, which could not be deleted on Windows otherwise
    onMessage: (message) => {
      const known = parseRenderMessage(message);
      if (known !== null) receive(known);
    },
    onOutput: (stream, chunk) => outputs[stream].push(chunk),
  });

  return {
    record: tree.record,
    go: () =>
      tree.go({
        type: 'render',
        job,
        workPath: scratch.workPath,
        aerender: options.aerender,
        actions: options.actions,
        actionsFolder: process.cwd(),
        ffmpeg: environment.NEXRENDER_FFMPEG ?? null,
        gateWaitMs: options.gateWaitMs ?? GATE_WAIT_MS,
      }),
    ended: waitForEnd(),
    members: () => tree.members(),
    release: () => tree.release(),
  };

  function receive(message: RenderMessage): void {
    if (message.type === 'phase') onPhase(message.phase);
    else if (message.type === 'ended') report(message.end);
    else if (message.type === 'gate') void answerGate();
    else for (const line of message.lines) receiveLine(message.stream, line);
  }

  function receiveLine(stream: LogStream, line: string): void {
    onLine(stream, line);
    const event = stream === 'aerender' ? readAerender(line) : null;
    if (event?.kind === 'started') onPhase('rendering');
    if (event?.kind !== 'progress') return;
    percent = Math.max(percent, event.percent ?? 0);
    options.onProgress({ percent, frame: event.frame, totalFrames: event.totalFrames });
  }

  async function answerGate(): Promise<void> {
    const open = await options.gate().catch(() => false);
    tree.send({ type: 'gateAnswer', open });
  }

  /** What the child's own programs print beside nexrender's log: action modules, Node's warnings. */
  function createOutput() {
    return createBoundedLines({ onLine: (line) => onLine('nexrender', redact(line)) });
  }

  async function waitForEnd(): Promise<RenderEnd> {
    const exited = tree.ended.then(async (exit) => {
      // The last message may arrive after the exit it came before.
      const last = await Promise.race([reported, delay(exit.signal === null ? 500 : 50, null)]);
      return last ?? { kind: 'failed' as const, reason: explainExit(exit) };
    });
    const said = reported.then(async (end) => {
      await Promise.race([tree.ended, delay(EXIT_WAIT_MS, undefined, { ref: false })]);
      return end;
    });
    const end = await Promise.race([exited, said]);
    for (const output of Object.values(outputs)) output.end();
    return end;
  }
}

function readStep(job: Record<string, unknown>): number {
  const step = isRecord(job.template) ? Number(job.template.incrementFrame ?? 1) : 1;
  return Number.isInteger(step) && step > 0 ? step : 1;
}

/** Only for an end that the child could not report itself. */
function explainExit({ code, signal }: { code: number | null; signal: string | null }): string {
  if (signal !== null) return `The render was ended by ${signal} before it could report.`;
  if (code === 2) {
    return 'This host is not prepared: nexrender may not write commandLineRenderer.jsx beside aerender. Let an administrator run a render once.';
  }
  return `The render ended with exit code ${code} before it could report; its last lines are in the log.`;
}
