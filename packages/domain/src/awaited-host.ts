/*
 * A promotion or a restore can lose claims. A host may then render a job that the database shows as
 * waiting. So a cancel of such a job is proven only when every host that may have claimed the job
 * has told the new database which attempts it runs. These hosts are the awaited hosts of the job.
 */

/** An admin declared a host gone: who, when and why. A declaration proves nothing. */
export type Declaration = { readonly by: string; readonly at: Date; readonly reason: string };

export type AwaitedHost = {
  readonly host: string;
  readonly hostId: string | null;
  /** When the host had told the database everything that it runs; null until then. */
  readonly reportedAt: Date | null;
  /**
   * An admin decided that the host will not report. The decision proves nothing, and a later report
   * of the host replaces it.
   */
  readonly declaration: Declaration | null;
};

/** What the database knows of a host at this moment. */
export type HostNow = {
  readonly name: string;
  readonly hostId: string | null;
  /** The host has told this incarnation of the database everything that it runs. */
  readonly hasReported: boolean;
  readonly gone: Declaration | null;
  /** Who handed the name of the host over, and when; null if nobody did. */
  readonly handedOver: Omit<Declaration, 'reason'> | null;
};

/**
 * The awaited hosts after a comparison with all hosts that the database knows. Null if nothing
 * changed.
 */
export function settleAwaitedHosts(
  awaited: readonly AwaitedHost[],
  hosts: readonly HostNow[],
  at: Date,
): readonly AwaitedHost[] | null {
  const settled = awaited.map((host) => settle(host, hosts, at));
  return settled.some((host, index) => host !== awaited[index]) ? settled : null;
}

function settle(awaited: AwaitedHost, hosts: readonly HostNow[], at: Date): AwaitedHost {
  if (awaited.reportedAt !== null) return awaited;
  // The host may have registered under another name since the cancel.
  const hasReported = hosts.some((now) => isSame(now, awaited) && now.hasReported);
  if (hasReported) return { ...awaited, reportedAt: at };
  if (awaited.declaration !== null) return awaited;
  const declaration = declarationOf(awaited, hosts, at);
  return declaration === null ? awaited : { ...awaited, declaration };
}

function isSame({ name, hostId }: HostNow, awaited: AwaitedHost): boolean {
  return awaited.hostId === null ? name === awaited.host : hostId === awaited.hostId;
}

const HANDED_OVER = 'its name was handed over to another host';

function declarationOf(
  awaited: AwaitedHost,
  hosts: readonly HostNow[],
  at: Date,
): Declaration | null {
  const now = hosts.find((one) => isSame(one, awaited));
  if (now === undefined) return { by: 'system', at, reason: HANDED_OVER };
  if (now.gone !== null) return now.gone;
  return now.handedOver === null ? null : { ...now.handedOver, reason: HANDED_OVER };
}

/**
 * The awaited hosts that block the proof of a stop: they neither reported nor were declared gone.
 */
export function missingReportsOf(awaited: readonly AwaitedHost[]): readonly AwaitedHost[] {
  return awaited.filter(
    ({ reportedAt, declaration }) => reportedAt === null && declaration === null,
  );
}
