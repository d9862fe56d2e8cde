import { setTimeout as delay } from 'node:timers/promises';
import type { TreeRecord } from '@renderdeck/domain';
import type { RenderUser } from '../process/render-user.ts';
import { startProcessTree } from '../process/start-process-tree.ts';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';
import { readEnvironment } from '../system/config.ts';
import { isRecord } from '../system/is-record.ts';
import { readSign } from './classify-failure.mjs';
import { describeRenderer } from './describe-renderer.ts';
import { makeRenderEnvironment } from './render-environment.ts';

export type ProbeOptions = {
  attemptId: string;
  treeMarker: string;
  owner: string;
  scratch: ScratchFolder;
  aerender: string | null;
  user: RenderUser | null;
};

/** `version` is the line that aerender prints; when it is null, `problem` says why. */
export type Version = { readonly version: string | null; readonly problem: string | null };

export type VersionProbe = {
  record: TreeRecord;
  /** Starts aerender. Call this after the record is stored. */
  go(): void;
  /** Always stop the tree: processes may live on. */
  ended: Promise<Version>;
  /** Call this after the tree is proven dead. */
  close(): Promise<void>;
};

const LAST_MESSAGE_MS = 500;
const CHILD = new URL('../process/program-child.mjs', import.meta.url).href;

/**
 * Starts a process tree that asks aerender for its version. aerender prints it without After
 * Effects. Throws a sentence when there is no aerender.
 */
export async function startVersionProbe(options: ProbeOptions): Promise<VersionProbe> {
  const { scratch, user } = options;
  const { path: aerender, problem } = await describeRenderer(options.aerender, user);
  if (aerender === null) throw new Error(problem ?? 'There is no aerender.');
  let report: (answer: Version) => void = () => {};
  const reported = new Promise<Version>((resolve) => {
    report = resolve;
  });
  const tree = await startProcessTree({
    ...options,
    modulePath: CHILD,
    title: 'nexrender',
    env: await makeRenderEnvironment(readEnvironment(), scratch, user),
    cwd: scratch.root.path,
    onMessage(message) {
      if (isRecord(message) && message.type === 'programEnded')
        report(readVersion(aerender, message));
    },
    onOutput: () => {},
  });
  const died = tree.ended.then(async ({ code, signal }) => {
    // The last message may arrive after the exit of the process.
    const last = await Promise.race([reported, delay(LAST_MESSAGE_MS, null)]);
    const problem = `The program that starts ${aerender} ended with ${signal ?? `code ${code}`}.`;
    return last ?? { version: null, problem };
  });
  return {
    record: tree.record,
    go: () => tree.go({ command: aerender, args: ['-help'] }),
    ended: Promise.race([reported, died]),
    close: () => tree.close(),
  };
}

function readVersion(aerender: string, ended: Record<string, unknown>): Version {
  const { text, error, code, signal } = ended;
  if (typeof error === 'string')
    return { version: null, problem: `${aerender} could not be started: ${error}.` };
  const lines = typeof text === 'string' ? text.split('\n') : [];
  const sign = lines.find((line) => readSign(line) !== null);
  if (sign !== undefined) return { version: null, problem: `aerender says: ${sign.trim()}` };
  const version = lines.find((line) => /^\s*aerender version /i.test(line))?.trim() ?? null;
  const how = typeof signal === 'string' ? signal : `exit code ${code}`;
  const problem = `${aerender} named no version when it was started; it ended with ${how}.`;
  return { version, problem: version === null ? problem : null };
}
