import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptProgress, LogStream, RememberedProcess, TreeRecord } from '@renderdeck/domain';
import { type ProcessTree, startProcessTree } from '../process/start-process-tree.ts';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';
import { createAerenderReader } from './aerender-output.ts';
import { createBoundedLines } from './bounded-lines.mjs';
import { readEnvironment } from './config.ts';
import { isRecord } from './is-record.ts';
import { prepareNexrenderJob } from './prepare-nexrender-job.ts';
import { createRedactor } from './redact.mjs';
import { makeRenderEnvironment } from './render-environment.ts';
import { parseRenderMessage, type RenderEnd } from './render-message.ts';
import type { ProgramExit } from './render-order.ts';

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
  actions: readonly string[];
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

/**
 * Starts a process tree that will run nexrender on this job inside its scratch folder. Nothing of the
 * job is touched before `go`.
 */
export async function startRender(options: RenderOptions): Promise<Render> {
  const { scratch } = options;
  const job = prepareNexrenderJob(options.nexrenderJob, options.attemptId);
  const environment = makeRenderEnvironment(readEnvironment(), scratch);
  const outputs = readOutputs(job, options.onLine);
  const child = receiveMessages(job, options, (open) => tree.send({ type: 'gateAnswer', open }));
  const tree = await startProcessTree({
    attemptId: options.attemptId,
    treeMarker: options.treeMarker,
    owner: options.owner,
    modulePath: CHILD,
    title: 'nexrender',
    env: environment,
    cwd: scratch.root.path, // outside of the scratch folder, which Windows could not delete otherwise
    onMessage: child.receive,
    onOutput: (stream, chunk) => outputs[stream].push(chunk),
  });
  const ended = waitForEnd(tree, child.reported).finally(() => {
    for (const output of Object.values(outputs)) output.end();
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
    ended,
    members: () => tree.members(),
    release: () => tree.release(),
  };
}

/** Passes on what the render child says; `reported` resolves with its own account of the end. */
function receiveMessages(
  job: Record<string, unknown>,
  { onPhase, onLine, onProgress, gate }: RenderOptions,
  answerGate: (open: boolean) => void,
) {
  const readAerender = createAerenderReader(readStep(job));
  let percent = 0;
  let report: (end: RenderEnd) => void = () => {};
  const reported = new Promise<RenderEnd>((resolve) => {
    report = resolve;
  });
  const receiveLine = (stream: LogStream, line: string) => {
    onLine(stream, line);
    const event = stream === 'aerender' ? readAerender(line) : null;
    if (event?.kind === 'started') onPhase('rendering');
    if (event?.kind !== 'progress') return;
    percent = Math.max(percent, event.percent ?? 0);
    onProgress({ percent, frame: event.frame, totalFrames: event.totalFrames });
  };
  const receive = (message: unknown) => {
    const known = parseRenderMessage(message);
    if (known?.type === 'phase') onPhase(known.phase);
    else if (known?.type === 'ended') report(known.end);
    else if (known?.type === 'gate')
      void gate()
        .catch(() => false)
        .then(answerGate);
    else if (known?.type === 'lines')
      for (const line of known.lines) receiveLine(known.stream, line);
  };
  return { receive, reported };
}

/** What the child's own programs print beside nexrender's log: action modules, Node's warnings. */
function readOutputs(job: Record<string, unknown>, onLine: RenderOptions['onLine']) {
  const redact = createRedactor(job);
  const read = () => createBoundedLines({ onLine: (line) => onLine('nexrender', redact(line)) });
  return { stdout: read(), stderr: read() };
}

/** The child's own account where it gives one, else what its exit tells. */
async function waitForEnd(tree: ProcessTree, reported: Promise<RenderEnd>): Promise<RenderEnd> {
  const exited = tree.ended.then(async (exit) => {
    // The last message may arrive after the exit it came before.
    const last = await Promise.race([reported, delay(exit.signal === null ? 500 : 50, null)]);
    return last ?? { kind: 'failed' as const, reason: explainExit(exit) };
  });
  const said = reported.then(async (end) => {
    await Promise.race([tree.ended, delay(EXIT_WAIT_MS, undefined, { ref: false })]);
    return end;
  });
  return await Promise.race([exited, said]);
}

function readStep(job: Record<string, unknown>): number {
  const step = isRecord(job.template) ? Number(job.template.incrementFrame ?? 1) : 1;
  return Number.isInteger(step) && step > 0 ? step : 1;
}

/** Only for an end that the child could not report itself. */
function explainExit({ code, signal }: ProgramExit): string {
  if (signal !== null) return `The render was ended by ${signal} before it could report.`;
  if (code === 2) {
    return 'This host is not prepared: nexrender may not write commandLineRenderer.jsx beside aerender. Let an administrator run a render once.';
  }
  return `The render ended with exit code ${code} before it could report; its last lines are in the log.`;
}
