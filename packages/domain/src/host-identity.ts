import { nullable, type Of, object, TEXT } from './shape.ts';

export const HOST_IDENTITY = object({
  /** Made once, on the first start with a scratch root; copied with it. */
  hostId: TEXT,
  /** From the operating system; clones of one image share it. */
  machineId: nullable(TEXT),
  /** UUID of the hardware or of the virtual machine. */
  hardwareId: nullable(TEXT),
  /** New with each boot. */
  bootId: TEXT,
  /** Processes of another namespace are not visible; null where the system has none. */
  pidNamespace: nullable(TEXT),
});
/**
 * What is known of a render host. A name can be set by anybody; these facts cannot. A fact that the
 * host cannot read is null.
 */
export type HostIdentity = Of<typeof HOST_IDENTITY>;
type Fact = keyof HostIdentity;

/** What a row says of a host. Rows of older versions lack some facts. */
export type RecordedIdentity = { readonly [F in Fact]: HostIdentity[F] | null };

/** Durations, each by one clock: so no clock is compared with another. */
export type HostTimes = {
  /** How long this machine has been up, by its own clock. */
  readonly uptimeMs: number;
  /** How long ago the recorded host was last heard, by the database's clock. */
  readonly sinceHeardMs: number;
};

export const HOST_RELATIONS = [
  'same', // the same boot of the same host: a scan sees all its processes
  'rebooted', // the same host, booted since: no process of the recorded boot runs
  'otherNamespace', // the same boot, but its processes are not visible here
  'other', // another machine, or a clone
] as const;
export type HostRelation = (typeof HOST_RELATIONS)[number];

export type HostComparison = {
  readonly relation: HostRelation;
  /** The facts that are known on both sides and differ. */
  readonly differs: readonly Fact[];
  /** What the relation is, with the facts that decide it. */
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

/** A heartbeat is stored a moment after it was sent, and two clocks do not run equally fast. */
const MARGIN_MS = 1000;

/**
 * Compares a recorded host with this one. A fact that is unknown on either side contradicts
 * nothing. Numbers of PID namespaces are not compared across boots: each boot counts anew.
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
    // The clone of a disk has another boot id too. But it was up while the first one was heard.
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

/** The known facts of a host, for a sentence: `host 1f0c… (machine id e08d…, boot id d037…)`. */
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
