import type { ContainerKind } from './container/container.ts';
import type { RememberedProcess, TreeRecord } from './tree-record.ts';

export type StartOptions = {
  attemptId: string;
  /** Random; stands in the environment of every process of the tree. */
  cookie: string;
  /** Names the daemon installation; a process that carries it with an unknown cookie is reported, never killed. */
  owner: string;
  /** A plain JavaScript ES module, imported by the launcher after `go`. */
  modulePath: string;
  /** The launcher's process title, e.g. `nexrender`. */
  title: string;
  env: Record<string, string | undefined>;
  cwd: string;
  /** Default: the strongest this host allows. */
  container?: ContainerKind;
  onMessage(message: unknown): void;
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
};

export type ProcessTree = {
  record: TreeRecord;
  go(message: unknown): void;
  send(message: unknown): void;
  /** The launcher's own exit; does not wait for pipes that other processes of the tree hold open. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  /** The processes of the tree that live now. */
  members(): Promise<RememberedProcess[]>;
  /** After proof only: drops the container, the pipes and the channel. */
  release(): Promise<void>;
};

/** Resolves when the launcher is blocked, contained and identified; nothing of the tree runs before `go`. */
export async function startProcessTree(_options: StartOptions): Promise<ProcessTree> {
  throw new Error('starting a tree is not built yet');
}
