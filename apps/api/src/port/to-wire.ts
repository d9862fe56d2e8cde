import {
  MOST_NAMED,
  type PreviewPriorityOutput,
  type VerifyAuditOutput,
  type WireAccount,
  type WireAuditEntry,
  type WireAuditHole,
  type WireFailureGroup,
  type WireHost,
  type WireListedChange,
  type WireLogChunk,
  type WirePriorityReceipt,
  type WireSession,
  type WireToken,
  wireStartEstimate,
} from '@renderdeck/contract';
import {
  type AccountView,
  type AttemptLog,
  type AuditHole,
  type AuditProof,
  type AuditRow,
  type Broken,
  decideAuditResult,
  didHold,
  drainOf,
  type FailureGroup,
  type ListedChange,
  type ListedHost,
  type listOpenSessions,
  type PriorityPreview,
  type PriorityReceipt,
  type TokenRow,
} from '@renderdeck/operations';

type LogLine = AttemptLog['chunks'][number];
type OpenSession = Awaited<ReturnType<typeof listOpenSessions>>[number];

const iso = (at: Date | null) => at?.toISOString() ?? null;

export function wirePriorityPreview(preview: PriorityPreview): PreviewPriorityOutput {
  const { before, after, ...shift } = preview.start;
  return {
    ...preview,
    moved: [...preview.moved],
    start: { before: wireStartEstimate(before), after: wireStartEstimate(after), ...shift },
    at: preview.at.toISOString(),
  };
}

export function wireLogChunk({ attempt, seq, at, stream, lines }: LogLine): WireLogChunk {
  return { attempt, seq, at: at.toISOString(), stream, lines: [...lines] };
}

export function wireFailureGroup({ hosts, templates, ...group }: FailureGroup): WireFailureGroup {
  const { newest } = group;
  return {
    ...group,
    newest: { ...newest, endedAt: new Date(newest.endedAt).toISOString() },
    hostCount: hosts.length,
    hosts: hosts.slice(0, MOST_NAMED),
    templateCount: templates.length,
    templates: templates.slice(0, MOST_NAMED),
  };
}

export function wireListedChange(change: ListedChange): WireListedChange {
  return {
    ...change,
    id: change.id.toString(),
    at: change.at.toISOString(),
    facts: { ...change.facts },
  };
}

export function wirePriorityReceipt(receipt: PriorityReceipt): WirePriorityReceipt {
  return {
    ...receipt,
    changedAt: receipt.changedAt.toISOString(),
    countedAt: receipt.countedAt.toISOString(),
  };
}

export function wireHost(view: ListedHost): WireHost {
  const { name, lastHeardAt, slots, version, platform, renderer, standIn, container } = view;
  const { renderUser, problem, freeBytes, leftoverFolders, unclaimedProcesses } = view;
  const { openAttempts, openStops, today } = view;
  const counts = { leftoverFolders, unclaimedProcesses, openAttempts, openStops, today };
  const owner = { hostId: view.hostId, gone: wireGone(view), released: wireHandedOver(view) };
  const drain = drainOf(view);
  const checks = {
    check: wireCheck(view),
    checkAsked: wireCheckAsked(view),
    preparation: wireReport(view.preparation),
    killTest: wireReport(view.killTest),
  };
  const state = { problem, freeBytes, ...counts, ...owner, ...checks };
  const facts = {
    name,
    slots,
    tags: [...view.tags],
    version,
    platform,
    bootedAt: iso(view.bootedAt),
    session: view.session,
    renderer,
    standIn,
    container,
    renderUser,
    databaseLogin: view.hostLogin,
    loginEnded: view.loginEnded,
    drain: drain === null ? null : { ...drain, at: drain.at.toISOString() },
    cpuCores: view.cpuCores,
    memoryBytes: view.memoryBytes,
    ...state,
    jobs: view.jobs.map(({ transfer: _, endsAt: _range, usage, ...job }) => ({
      ...job,
      usage: wireUsage(usage),
    })),
    lostOutputs: view.lostOutputs.map((lost) => ({ ...lost, outputs: [...lost.outputs] })),
  };
  return { ...facts, state: view.state, lastHeardAt: lastHeardAt.toISOString() };
}

function wireUsage(usage: ListedHost['jobs'][number]['usage']) {
  if (usage === null) return null;
  return { cpuPercent: usage.cpuPercent, memoryBytes: usage.memoryBytes };
}

function wireCheck({ checkedAt, checks }: ListedHost): WireHost['check'] {
  if (checkedAt === null || checks === null) return null;
  return { at: checkedAt.toISOString(), held: didHold(checks), parts: [...checks] };
}

function wireReport(report: ListedHost['preparation']): WireHost['preparation'] {
  return report === null ? null : { at: report.at, findings: [...report.findings] };
}

function wireCheckAsked({ checkAskedAt, checkAskedBy }: ListedHost): WireHost['checkAsked'] {
  if (checkAskedAt === null || checkAskedBy === null) return null;
  return { by: checkAskedBy, at: checkAskedAt.toISOString() };
}

function wireHandedOver({ releasedAt, releasedBy }: ListedHost): WireHost['released'] {
  if (releasedAt === null || releasedBy === null) return null;
  return { at: releasedAt.toISOString(), by: releasedBy };
}

function wireGone({ goneAt, goneBy, goneReason }: ListedHost): WireHost['gone'] {
  if (goneAt === null || goneBy === null || goneReason === null) return null;
  return { at: goneAt.toISOString(), by: goneBy, reason: goneReason };
}

export function wireAuditEntry(row: AuditRow): WireAuditEntry {
  const { channel, address, requestId, action, outcome, code, jobId, reason } = row;
  return {
    id: row.id.toString(),
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, name: row.actor },
    channel,
    address,
    requestId,
    action,
    outcome,
    code,
    result: decideAuditResult(row, row.stop),
    jobId,
    jobName: row.jobName,
    reason,
    before: row.before === null ? null : { ...row.before },
    after: row.after === null ? null : { ...row.after },
    seal: row.seal === null ? null : { number: row.seal.seq.toString(), hash: row.seal.hash },
  };
}

export function wireAuditHole({ from, to, wasDown }: AuditHole): WireAuditHole {
  const why = wasDown ? 'down' : 'notHeard';
  return { from: from.toISOString(), to: to.toISOString(), why };
}

const BROKEN = {
  sealMissing: 'The seal of this number is gone.',
  lineMissing: 'The line of this seal is gone.',
  changed: 'The line, or its seal, is not what it was when it was sealed.',
  notAnchored:
    'This is not the seal that the anchor names: lines up to here were written again, or the ' +
    'anchor is of another log.',
} as const satisfies Readonly<Record<Broken['what'], string>>;

export function wireAuditProof({ verdict, broken, head, unsealed }: AuditProof): VerifyAuditOutput {
  return {
    verdict,
    broken:
      broken === null
        ? null
        : {
            number: broken.seq.toString(),
            entryId: broken.auditId?.toString() ?? null,
            detail: BROKEN[broken.what],
          },
    head:
      head === null
        ? null
        : { number: head.seq.toString(), hash: head.hash, sealedAt: head.at.toISOString() },
    next: verdict === 'continues' && head !== null ? `${head.seq}:${head.hash}` : null,
    unsealed: unsealed === null ? null : { count: unsealed.count, since: iso(unsealed.since) },
  };
}

export function wireAccount(view: AccountView): WireAccount {
  const { id, name, role, disabled, sessions } = view;
  return {
    id,
    name,
    role,
    disabled,
    sessions,
    createdAt: view.createdAt.toISOString(),
    lastSeenAt: iso(view.lastSeenAt),
  };
}

export function wireToken(row: TokenRow): WireToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: iso(row.expiresAt),
    lastUsedAt: iso(row.lastUsedAt),
    revokedAt: iso(row.revokedAt),
  };
}

export function wireSession({ session, user }: OpenSession): WireSession {
  return {
    id: session.id,
    user,
    address: session.address,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  };
}
