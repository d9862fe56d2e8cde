import { join } from 'node:path';
import {
  type AddressRules,
  type AttemptProgress,
  createRedactor,
  type LogStream,
  type Moved,
  type MovedByKind,
  type MovedKind,
  type RememberedProcess,
  type TransferCount,
  type TreeRecord,
} from '@renderdeck/domain';
import { createPictureQuestions } from '../pictures/ask-for-pictures.ts';
import type { TakenPictures } from '../pictures/picture-order.ts';
import type { Accounting } from '../process/container/container.ts';
import { Looks } from '../process/looks.ts';
import type { RenderUser } from '../process/render-user.ts';
import { startProcessTree } from '../process/start-process-tree.ts';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';
import { readEnvironment } from '../system/config.ts';
import { answerCache, type CacheSession } from '../transfers/cache/cache-session.ts';
import type { Credential } from '../transfers/credentials.mjs';
import { createAerenderReader, readFrameStep } from './aerender-output.ts';
import { countMemoryKills } from './killed-program.mjs';
import { findSilentSources, measureFiles, measurePrograms } from './measure-files.ts';
import { fieldsForActions, prepareNexrenderJob } from './prepare-nexrender-job.ts';
import type { Publishing } from './publishing.ts';
import { readOutputs } from './read-outputs.ts';
import { findFfprobe, makeRenderEnvironment, readDownloadLimit } from './render-environment.ts';
import { type Answer, parseRenderMessage, type RenderEnd } from './render-message.ts';
import type { AerenderOptions } from './render-order.ts';
import { hideInNames } from './transfer-message.ts';
import { waitForEnd } from './wait-for-end.ts';

export type RenderOptions = {
  attemptId: string;
  /** What actions see as `uid` if the submitter gave none, and as `priority`. */
  jobId?: string;
  priority?: number;
  treeMarker: string;
  owner: string;
  /** The job that checkNexrenderJob returned. */
  nexrenderJob: Record<string, unknown>;
  /** Texts that no line may contain, in addition to texts that have the form of a secret. */
  secretTexts?: readonly string[];
  scratch: ScratchFolder;
  /** Null selects nexrender's own search. */
  aerender: string | null;
  aerenderOptions?: AerenderOptions;
  /** The user that the render runs as; null: the worker's own user. */
  user?: RenderUser | null;
  /** The allowed action modules, those whose output stays here, and those that publish. */
  actions: readonly string[];
  localActions?: readonly string[];
  publishingActions?: readonly string[];
  /** A file with the operator's presets for encodings. */
  presetsFile?: string | null;
  /** Whether the caller asks for pictures, also of the finished film. */
  asksForPictures?: boolean;
  /** The folder of the modules that the operator installed. */
  actionsFolder?: string;
  /** The logins of this host that the job may use. No line may contain their secrets either. */
  credentials?: readonly Credential[];
  /** The addresses that sources may not be on. */
  addresses: AddressRules;
  /** Gets sources from the cache of the host; without it, all are downloaded. */
  cache?: CacheSession | null;
  /**
   * The phases come in this order: preparing, downloading, launching, rendering, gate, publishing.
   * `launching` ends with the first line of After Effects about the composition.
   */
  onPhase(phase: string): void;
  onProgress(progress: Omit<AttemptProgress, 'phase'>): void;
  /** The render has copied, sent, received or encoded more. */
  onMoved(kind: MovedKind, moved: Moved): void;
  /** How far the transfers of the render are; null when they have ended. */
  onTransfer(transfer: TransferCount | null): void;
  onLine(stream: LogStream, line: string): void;
  publishing: Publishing;
};

export type Render = {
  record: TreeRecord;
  /** Starts the render. Call this after the record is stored. */
  go(): void;
  /** The end that the child reports, or its exit. Always stop the tree: processes may live on. */
  ended: Promise<RenderEnd>;
  members(): Promise<readonly RememberedProcess[]>;
  /** The kernel's figures of the tree's usage; undefined where the container keeps none. */
  accounting: (() => Accounting | null) | undefined;
  /**
   * How much the render has moved by now, as far as this host sees from outside. Files that do not
   * answer count as nothing.
   */
  measure(): Promise<MovedByKind>;
  /** The template and the assets of which no byte has arrived, as texts for people. */
  silentSources(): Promise<string[]>;
  /**
   * Makes pictures of what is rendered, inside the tree: of frames after this number. Null when the
   * render does not answer.
   */
  takePictures(after: number | null): Promise<TakenPictures | null>;
  /** Call this after the tree is proven dead. */
  close(): Promise<void>;
};

const CHILD = new URL('./render-child.mjs', import.meta.url).href;

/**
 * Starts a process tree that runs nexrender on this job in its scratch folder. Before `go`, the
 * tree does not touch anything of the job.
 */
export async function startRender(options: RenderOptions): Promise<Render> {
  const { scratch } = options;
  const job = prepareNexrenderJob(options.nexrenderJob, options.attemptId);
  const environment = await makeRenderEnvironment(readEnvironment(), scratch, options.user);
  const { NEXRENDER_FFMPEG: ffmpeg = null } = environment;
  const ffprobe = await findFfprobe(new Map(Object.entries(environment)), process.platform);
  const redact = createRedactor(JSON.parse(JSON.stringify(job)), options.secretTexts);
  const outputs = readOutputs(redact, options.onLine);
  const memoryKills = countMemoryKills();
  const child = receiveMessages(job, redact, options, (id, answer) =>
    tree.send({ type: 'answer', id, answer }),
  );
  const questions = createPictureQuestions((message) => tree.send(message), redact);
  const tree = await startProcessTree({
    ...{ attemptId: options.attemptId, treeMarker: options.treeMarker, owner: options.owner },
    modulePath: CHILD,
    title: 'nexrender',
    env: environment,
    cwd: scratch.root.path, // Windows cannot delete the working folder of a process
    user: options.user ?? null,
    onMessage: (message) => questions.receive(message) || child.receive(message),
    onOutput: (stream, chunk) => outputs[stream].push(chunk),
  });
  // A program of its own looks: when this render's files do not answer, no other look waits.
  const looks = new Looks(null);
  const ended = waitForEnd(tree, child.reported, memoryKills).finally(() => {
    for (const output of Object.values(outputs)) output.end();
    questions.end();
  });
  return {
    record: tree.record,
    go: () =>
      tree.go({
        type: 'render',
        job,
        forActions: fieldsForActions(options.nexrenderJob, options),
        ...{ workPath: scratch.workPath, downloadLimitMs: readDownloadLimit(environment) },
        ...{ aerender: options.aerender, aerenderOptions: options.aerenderOptions ?? null },
        ...{ actions: options.actions, addresses: options.addresses, hasCache: hasCache(options) },
        ...{ localActions: options.localActions ?? [], outputGroup: options.user?.gid ?? null },
        publishingActions: options.publishingActions ?? [],
        ...{ actionsFolder: options.actionsFolder ?? process.cwd(), tempPath: scratch.tempPath },
        ...{ credentials: options.credentials ?? [], presetsFile: options.presetsFile ?? null },
        ...{ ffmpeg, ffprobe, asksForPictures: options.asksForPictures ?? false },
      }),
    ended,
    members: () => tree.members(),
    accounting: tree.accounting,
    measure: async () => ({
      ...(await measureFiles(looks, scratch, redact).catch(() => ({}))),
      ...measurePrograms(tree),
    }),
    silentSources: async () => (await silentSources(looks, job, options)).map(redact),
    takePictures: questions.ask,
    async close() {
      looks.end();
      await tree.close();
    },
  };
}

const silentSources = (looks: Looks, job: Record<string, unknown>, of: RenderOptions) =>
  findSilentSources(looks, job, join(of.scratch.workPath, of.attemptId)).catch(() => []);

const hasCache = ({ cache = null }: RenderOptions): boolean => cache !== null;

/** Passes on the messages of the render child. `reported` resolves with the end in its report. */
function receiveMessages(
  job: Record<string, unknown>,
  redact: (text: string) => string,
  { onPhase, onLine, onProgress, onMoved, onTransfer, publishing, cache = null }: RenderOptions,
  send: (id: number, answer: unknown) => void,
) {
  const readAerender = createAerenderReader(readFrameStep(job));
  let percent = 0;
  let report: (end: RenderEnd) => void = () => {};
  const reported = new Promise<RenderEnd>((resolve) => {
    report = resolve;
  });
  const receiveLine = (stream: LogStream, line: string) => {
    onLine(stream, redact(line));
    const event = stream === 'aerender' ? readAerender(line) : null;
    if (event?.kind === 'started') onPhase('rendering');
    if (event?.kind !== 'progress') return;
    percent = Math.max(percent, event.percent ?? 0);
    onProgress({ percent, frame: event.frame, totalFrames: event.totalFrames });
  };
  const answer = (id: number, asked: Promise<Answer>) =>
    void asked.catch(() => 'no' as const).then((answered) => send(id, answered));
  const receive = (message: unknown) => {
    const known = parseRenderMessage(message);
    if (known === null) return;
    switch (known.type) {
      case 'phase':
        if (known.phase !== 'downloading') void cache?.end();
        return onPhase(known.phase);
      case 'lines':
        for (const line of known.lines) receiveLine(known.stream, line);
        return;
      case 'moved':
        return onMoved(known.kind, { amount: known.amount, text: redact(known.text) });
      case 'transfer':
        return onTransfer(known.transfer && hideInNames(known.transfer, redact));
      case 'gate':
        return answer(known.id, publishing.passGate());
      case 'part':
        return answer(known.id, publishing.recordPart(known.path));
      case 'publish':
        return answer(known.id, publishing.mayPublish(known));
      case 'published':
        return publishing.onPublished(known.path, known.part, known.output);
      case 'measured':
        return publishing.onMeasured(known.path, known.measured);
      case 'cache':
        return void answerCache(cache, known.question, known.id, send);
      case 'ended':
        return report(
          'reason' in known.end ? { ...known.end, reason: redact(known.end.reason) } : known.end,
        );
    }
  };
  return { receive, reported };
}
