import { nullable, type Of, object, TEXT } from './shape.ts';

export const HOST_IDENTITY = object({
  /** Made at the first start with a scratch root. A copy of the scratch root has the same id. */
  hostId: TEXT,
  /** From the operating system. Clones of one image have the same id. */
  machineId: nullable(TEXT),
  /** UUID of the hardware or of the virtual machine. */
  hardwareId: nullable(TEXT),
  /** New with each boot. */
  bootId: TEXT,
  /** A host sees no process of another namespace. Null if the system has no PID namespaces. */
  pidNamespace: nullable(TEXT),
});
/**
 * The facts that identify a render host. Anybody can set a host's name, but nobody can set these
 * facts. A fact that the host cannot read is null.
 */
export type HostIdentity = Of<typeof HOST_IDENTITY>;
type Fact = keyof HostIdentity;

/** The facts of a host in its row. Rows of older versions lack some facts. */
export type RecordedIdentity = { readonly [F in Fact]: HostIdentity[F] | null };

/** Durations. Each is measured by one clock, so the times of two clocks are never compared. */
export type HostTimes = {
  /** How long this machine has been up, by its own clock. */
  readonly uptimeMs: number;
  /** How long ago the recorded host was last heard, by the database's clock. */
  readonly sinceHeardMs: number;
};

export const HOST_RELATIONS = [
  'same', // the same boot of the same host: a scan sees all its processes
  'rebooted', // the same host after a reboot: no process of the recorded boot runs
  // the same boot, but another PID namespace: its processes are not visible here
  'otherNamespace',
  'other', // another machine, or a clone
] as const;
export type HostRelation = (typeof HOST_RELATIONS)[number];

export type HostComparison = {
  readonly relation: HostRelation;
  /** The facts that are known of both hosts and differ. */
  readonly differs: readonly Fact[];
  /** The relation as a sentence, with the facts that decide it. */
  readonly sentence: string;
};

const FACT_NAMES: Readonly<Record<Fact, string>> = {
  hostId: 'host id',
  machineId: 'machine id',
  hardwareId: 'hardware id',
  bootId: 'boot id',
  pidNamespace: 'PID namespace',
};
const FACTS = ['hostId', 'machineId', 'hardwareId', 'bootId', 'pidNamespace'] as const;
const PERMANENT: readonly Fact[] = ['hostId', 'machineId', 'hardwareId'];

/** A heartbeat is stored a moment after it was sent, and two clocks differ slightly in speed. */
const MARGIN_MS = 1000;

/**
 * Compares a recorded host with this host. A fact that is unknown on one side contradicts nothing.
 * PID namespaces are compared only within one boot, because their numbers start again with each
 * boot.
 */
export function compareHosts(
  recorded: RecordedIdentity,
  mine: HostIdentity,
  times: HostTimes,
): HostComparison {
  const differs = FACTS.filter(
    (fact) => recorded[fact] !== null && mine[fact] !== null && recorded[fact] !== mine[fact],
  );
  const permanent = differs.filter((fact) => PERMANENT.includes(fact));
  if (permanent.length > 0) {
    const sentence = `The two differ in their ${contrast(permanent, recorded, mine)}.`;
    return { relation: 'other', differs, sentence };
  }
  if (differs.includes('bootId')) {
    // The clone of a disk has another boot id too. But the clone was up while the original was
    // heard.
    if (times.uptimeMs > times.sinceHeardMs + MARGIN_MS) {
      const sentence =
        `The two differ in their ${contrast(['bootId'], recorded, mine)}, and this machine was ` +
        'already up when that one was last heard.';
      return { relation: 'other', differs, sentence };
    }
    return { relation: 'rebooted', differs, sentence: 'It is the same host, booted since.' };
  }
  if (differs.includes('pidNamespace')) {
    const sentence =
      'The two are containers of one machine, with their own ' +
      `${contrast(differs, recorded, mine)}: one does not see the processes of the other.`;
    return { relation: 'otherNamespace', differs, sentence };
  }
  return { relation: 'same', differs, sentence: 'It is the same host.' };
}

/**
 * The known facts of a host, to put into a sentence: `host 1f0c… (machine id e08d…, boot id
 * d037…)`.
 */
export function describeHost(identity: RecordedIdentity): string {
  const facts = FACTS.slice(1)
    .filter((fact) => identity[fact] !== null)
    .map((fact) => `${FACT_NAMES[fact]} ${identity[fact]}`);
  const rest = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `host ${identity.hostId ?? 'of an older version'}${rest}`;
}

function contrast(facts: readonly Fact[], recorded: RecordedIdentity, mine: HostIdentity): string {
  return facts
    .map((fact) => `${FACT_NAMES[fact]} (${recorded[fact]}, here ${mine[fact]})`)
    .join(' and ');
}
