/*
 * A promotion or a restore can lose claims, so a host may render a job that waits in the queue for
 * all that the database knows. A cancel of such a job is proven only when every host that may have
 * claimed it has told the new database what it runs. These are its awaited hosts.
 */

/** An admin declared a host gone: who, when and why. It is no proof. */
export type Declaration = { readonly by: string; readonly at: Date; readonly reason: string };

export type AwaitedHost = {
  readonly host: string;
  readonly hostId: string | null;
  /** When it had told the database all that it runs; null while it has not. */
  readonly reportedAt: Date | null;
  /** An admin decided that it will not report. It is no proof, and a report outweighs it. */
  readonly declaration: Declaration | null;
};

/** What the database says now of a host. */
export type HostWord = {
  readonly name: string;
  readonly hostId: string | null;
  /** It has told this incarnation of the database all that it runs. */
  readonly hasReported: boolean;
  readonly gone: Declaration | null;
  /** The name was handed over: by whom and when. */
  readonly released: Omit<Declaration, 'reason'> | null;
};

/** The awaited hosts after what the database says of all hosts now; null where nothing is new. */
export function settleAwaitedHosts(
  awaited: readonly AwaitedHost[],
  words: readonly HostWord[],
  at: Date,
): readonly AwaitedHost[] | null {
  const settled = awaited.map((host) => settle(host, words, at));
  return settled.some((host, index) => host !== awaited[index]) ? settled : null;
}

function settle(awaited: AwaitedHost, words: readonly HostWord[], at: Date): AwaitedHost {
  if (awaited.reportedAt !== null) return awaited;
  // The same host may have registered under another name since.
  const hasReported = words.some((word) => isSame(word, awaited) && word.hasReported);
  if (hasReported) return { ...awaited, reportedAt: at };
  if (awaited.declaration !== null) return awaited;
  const declaration = declarationOf(awaited, words, at);
  return declaration === null ? awaited : { ...awaited, declaration };
}

function isSame({ name, hostId }: HostWord, awaited: AwaitedHost): boolean {
  return awaited.hostId === null ? name === awaited.host : hostId === awaited.hostId;
}

const HANDED_OVER = 'its name was handed over to another host';

function declarationOf(
  awaited: AwaitedHost,
  words: readonly HostWord[],
  at: Date,
): Declaration | null {
  const word = words.find((one) => isSame(one, awaited));
  if (word === undefined) return { by: 'system', at, reason: HANDED_OVER };
  if (word.gone !== null) return word.gone;
  return word.released === null ? null : { ...word.released, reason: HANDED_OVER };
}

/** The hosts that a proof still waits for. */
export function missingReportsOf(awaited: readonly AwaitedHost[]): readonly AwaitedHost[] {
  return awaited.filter(
    ({ reportedAt, declaration }) => reportedAt === null && declaration === null,
  );
}
