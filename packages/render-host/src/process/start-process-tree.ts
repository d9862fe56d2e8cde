import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type {
  ContainerKind,
  ProcessIdentity,
  RememberedProcess,
  TreeRecord,
} from '@renderdeck/domain';
import {
  type Accounting,
  type Container,
  createContainer,
  detectContainer,
} from './container/container.ts';
import { readHostFacts } from './host-facts.ts';
import { takeLimitMark } from './limit-mark.ts';
import { listTree } from './list-tree.ts';
import { readIdentity } from './process-identity.ts';
import { becomeUser, makeTreeGroup, type RenderUser } from './render-user.ts';
import { OWNER_VARIABLE, TREE_MARKER_VARIABLE } from './snapshot/process-listing.ts';

// How a tree starts. A daemon may die at any step, and the next daemon can still find the tree.
// 1. Before the call, the caller stores the attempt with its tree marker.
// 2. The daemon starts the launcher detached, in a session of its own. The environment contains the
//    tree marker and the owner; the limits contain the limit mark. If the tree runs as another
//    user, the launcher has become that user (render-user.ts). The launcher waits.
// 3. The daemon puts it into the container and reads its identity. The caller stores the record.
// 4. `go` makes the launcher load the module. If the daemon dies before or after this step, the
//    channel closes and the launcher kills its own group.

export type StartOptions = {
  attemptId: string;
  /** A random value. The environment of every process of the tree contains it. */
  treeMarker: string;
  /** Names the installation. A process with it and an unknown marker is reported, never killed. */
  owner: string;
  /** A plain JavaScript ES module that the launcher imports after `go`. */
  modulePath: string;
  /** The launcher's process title, e.g. `nexrender`. */
  title: string;
  env: Record<string, string | undefined>;
  cwd: string;
  /** The user that the whole tree runs as; null: the user of this process. */
  user?: RenderUser | null;
  /** Default: the strongest container that this host allows. */
  container?: ContainerKind;
  onMessage(message: unknown): void;
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
};

export type ProcessTree = {
  record: TreeRecord;
  go(message: unknown): void;
  send(message: unknown): void;
  /** The launcher's exit. Does not wait for pipes that other processes of the tree keep open. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  /** Returns the living processes of the tree, and stores them in `record.members`. */
  members(): Promise<readonly RememberedProcess[]>;
  /** What the tree has used, by the kernel; undefined where the container does not count it. */
  accounting: (() => Accounting | null) | undefined;
  /** Closes the container, the pipes and the channel. Call this only after the proof. */
  close(): Promise<void>;
};

const LAUNCHER = fileURLToPath(new URL('./launcher.mjs', import.meta.url));
const READY_WITHIN_MS = 30_000;

/** Resolves when the launcher is in its container, is identified and waits for `go`. */
export async function startProcessTree(options: StartOptions): Promise<ProcessTree> {
  const kind = options.container ?? (await detectContainer()).kind;
  const host = await readHostFacts();
  const container = createContainer(kind, options);
  const [command, ...args] = makeCommand([process.execPath, LAUNCHER, kind], options);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: {
      ...options.env,
      [TREE_MARKER_VARIABLE]: options.treeMarker,
      [OWNER_VARIABLE]: options.owner,
    },
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  try {
    container.askToFlush = () => askToFlush(child);
    const root = await prepareLauncher(child, container, options);
    child.on('message', (message) => options.onMessage(message));
    const record: TreeRecord & { members: readonly RememberedProcess[] } = {
      attemptId: options.attemptId,
      treeMarker: options.treeMarker,
      ...host,
      root,
      container: container.record,
      members: [],
    };
    return {
      record,
      go(message) {
        send(child, { launcher: 'go', title: options.title, modulePath: options.modulePath });
        send(child, message);
      },
      send: (message) => send(child, message),
      ended,
      async members() {
        record.members = await listTree(record);
        return record.members;
      },
      accounting: container.accounting,
      async close() {
        dropChild(child);
        container.remove();
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    container.killAll();
    if (child.pid !== undefined) await ended;
    dropChild(child);
    container.remove();
    throw error;
  }
}

function makeCommand(
  launch: readonly [string, ...string[]],
  { treeMarker, user = null }: StartOptions,
): readonly [string, ...string[]] {
  if (process.platform !== 'linux') return launch;
  const group = makeTreeGroup(treeMarker);
  return takeLimitMark(treeMarker, user === null ? launch : becomeUser(user, group, launch));
}

async function prepareLauncher(
  child: ChildProcess,
  container: Container,
  options: StartOptions,
): Promise<ProcessIdentity> {
  const ready = waitUntilReady(child);
  // If the container does not take the launcher, nobody waits for this, and it rejects.
  ready.catch(() => undefined);
  const pid = child.pid;
  if (pid !== undefined) {
    container.adopt(pid);
    child.stdout?.on('data', (chunk: Buffer) => options.onOutput('stdout', chunk));
    child.stderr?.on('data', (chunk: Buffer) => options.onOutput('stderr', chunk));
  }
  await ready;
  const root = pid === undefined ? null : await readIdentity(pid);
  if (root === null)
    throw new Error('The launcher of the render ended before it could be identified.');
  return root;
}

function waitUntilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        settle(new Error(`The launcher of the render was not ready within ${READY_WITHIN_MS} ms.`)),
      READY_WITHIN_MS,
    );
    const onMessage = () => settle(null);
    const onError = (error: Error) =>
      settle(new Error(`The launcher of the render could not be started: ${error.message}`));
    const onExit = (code: number | null, signal: string | null) =>
      settle(
        new Error(
          `The launcher of the render ended before it was ready (${signal ?? `code ${code}`}).`,
        ),
      );
    function settle(error: Error | null): void {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit).off('error', onError);
      // A message to a dead launcher causes an error event. Its exit already reports that.
      child.on('error', () => {});
      if (error === null) resolve();
      else reject(error);
    }
    child.once('message', onMessage).once('exit', onExit).once('error', onError);
  });
}

function send(child: ChildProcess, message: unknown): void {
  if (child.connected && isSendable(message)) child.send(message);
}

/** Resolves when the launcher has sent its last lines, or when it cannot send any more. */
function askToFlush(child: ChildProcess): Promise<void> {
  if (!child.connected || child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = () => {
      child.off('message', receive).off('exit', settle).off('disconnect', settle);
      resolve();
    };
    const receive = (message: unknown) => {
      if (isFlushed(message)) settle();
    };
    child.on('message', receive).once('exit', settle).once('disconnect', settle);
    send(child, { launcher: 'flush' });
  });
}

function isFlushed(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'launcher' in message &&
    message.launcher === 'flushed'
  );
}

/** The channel carries JSON values, and callers send nothing else. */
function isSendable(message: unknown): message is object | string | number | boolean {
  return message !== undefined && message !== null;
}

function dropChild(child: ChildProcess): void {
  if (child.connected) child.disconnect();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
