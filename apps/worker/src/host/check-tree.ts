/*
 * A process tree of the host itself, for its check. The tree belongs to no attempt of the database,
 * so a file of this host names the tree for the case that the daemon dies:
 *
 * 1. The file has the tree marker before a process starts, and the whole record before `go`.
 * 2. The tree is ended with proof and its scratch folder removed. Then the file is empty again.
 * 3. The next daemon, or the next check, first ends the tree that the file still names. After a
 *    reboot, or in a new container, nothing of it can be seen here. Then only the folder is
 *    removed: a check publishes nothing, and no job waits for its end.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { type HostIdentity, provesEnd, TREE_RECORD, type TreeRecord } from '@renderdeck/domain';
import {
  createScratchFolder,
  type HostFile,
  makeTreeGroup,
  openHostFile,
  type RenderUser,
  removeScratchFolder,
  reopenScratchFolder,
  type ScratchFolder,
  stopProcessTree,
} from '@renderdeck/render-host';
import { z } from 'zod';
import { zodOf } from '../zod-of.ts';

const FILE = 'check.json';
const ENTRY = z.object({
  attemptId: z.string(),
  treeMarker: z.string(),
  scratchPath: z.string().nullable(),
  tree: zodOf(TREE_RECORD).nullable(),
});
type Entry = z.infer<typeof ENTRY>;
const TRIES = 3;
const CLEAN_WITHIN_MS = 5000;

/** The things that a tree of a check needs to start. They are removed with the tree. */
export type CheckPlace = {
  readonly attemptId: string;
  readonly treeMarker: string;
  readonly scratch: ScratchFolder;
  /** Stores the record of a tree of this place. Call it before the `go` of the tree. */
  record(tree: TreeRecord): Promise<void>;
};

type CheckedHost = {
  readonly scratchRoot: string;
  readonly identity: HostIdentity;
  readonly renderUser: RenderUser | null;
  /** Whether After Effects that is in no job is ended (Windows). */
  readonly endStrays: boolean;
};

export class CheckTrees {
  /** The tree marker of the tree that runs now; null when none runs. */
  treeMarker: string | null = null;
  readonly #host: CheckedHost;
  #file: HostFile | null = null;
  /** Settles when the last use is over, because the file names only one tree at a time. */
  #free: Promise<unknown> = Promise.resolve();

  constructor(host: CheckedHost) {
    this.#host = host;
  }

  /**
   * Makes a place for a tree, and after the work ends the tree and removes the place. Throws a
   * sentence when no place can be made, or when a process of the tree survives. One use waits for
   * the other.
   */
  use<Result>(work: (place: CheckPlace) => Promise<Result>): Promise<Result> {
    return this.#inTurn(() => this.#use(work));
  }

  /** Ends the tree that the file names, whoever started it. Throws if a process of it survives. */
  endEarlier(): Promise<void> {
    return this.#inTurn(() => this.#end());
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#free.then(work);
    this.#free = done.catch(() => undefined);
    return done;
  }

  async #use<Result>(work: (place: CheckPlace) => Promise<Result>): Promise<Result> {
    const file = await this.#open();
    await this.#end();
    const attemptId = randomUUID();
    const treeMarker = randomBytes(16).toString('hex');
    const { scratchRoot, renderUser } = this.#host;
    let entry: Entry = { attemptId, treeMarker, scratchPath: null, tree: null };
    const keep = async (change: Partial<Entry>) => {
      entry = { ...entry, ...change };
      await file.write(entry);
    };
    this.treeMarker = treeMarker;
    const owner = renderUser && { uid: renderUser.uid, gid: makeTreeGroup(treeMarker) };
    const record = (scratchPath: string) => keep({ scratchPath });
    try {
      const scratch = await createScratchFolder(scratchRoot, attemptId, record, owner);
      return await work({
        ...{ attemptId, treeMarker, scratch },
        record: (tree) => keep({ tree }),
      });
    } finally {
      await this.#end();
    }
  }

  async #end(): Promise<void> {
    const file = await this.#open();
    const entry = ENTRY.safeParse(await file.read());
    if (!entry.success) return;
    const { attemptId, scratchPath } = entry.data;
    const record = recordOf(entry.data, this.#host.identity);
    if (isSeenHere(record, this.#host.identity)) await endTree(record, this.#host.endStrays);
    if (scratchPath !== null) {
      const scratch = await reopenScratchFolder(this.#host.scratchRoot, scratchPath, attemptId);
      if (!('refused' in scratch))
        await removeScratchFolder(scratch, { budgetMs: CLEAN_WITHIN_MS });
    }
    await file.write(null);
    this.treeMarker = null;
  }

  async #open(): Promise<HostFile> {
    this.#file ??= await openHostFile(this.#host.scratchRoot, FILE);
    return this.#file;
  }
}

/** False if the tree ran in another boot, or in another PID namespace. */
function isSeenHere(record: TreeRecord, mine: HostIdentity): boolean {
  const isOther = (fact: 'bootId' | 'pidNamespace') =>
    record[fact] !== null && mine[fact] !== null && record[fact] !== mine[fact];
  return !isOther('bootId') && !isOther('pidNamespace');
}

async function endTree(record: TreeRecord, endStrays: boolean): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const report = await stopProcessTree(record, { graceMs: 0, endStrays });
    if (provesEnd(report)) return;
    if (tries < TRIES) continue;
    const names = report.survivors.map(({ pid, name }) => `${name} (${pid})`).join(', ');
    throw new Error(`Processes of the check could not be ended: ${names || 'not known which'}.`);
  }
}

/** Without a record, only the tree marker finds the processes. */
function recordOf({ attemptId, treeMarker, tree }: Entry, mine: HostIdentity): TreeRecord {
  const { machineId, hardwareId, bootId, pidNamespace } = mine;
  const place = { machineId, hardwareId, bootId, pidNamespace };
  const none = { attemptId, root: null, container: null, members: [], ...place };
  return { ...(tree ?? none), treeMarker };
}
