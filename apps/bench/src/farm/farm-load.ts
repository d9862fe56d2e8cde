import { parseArgs } from 'node:util';

/** What one measurement of `bench farm` plays. */
export type FarmLoad = {
  readonly hosts: number;
  readonly slots: number;
  readonly minutes: number;
  /** Jobs that wait at the start. */
  readonly jobs: number;
  /** API processes. Pages and acts are divided among them. */
  readonly apis: number;
  /** Pages that follow all changes, of all APIs together. */
  readonly pages: number;
  /** Ends of attempts a second, of all hosts together. Each end claims the next job. */
  readonly endsPerSecond: number;
  /** Acts of admins a second, over HTTP. */
  readonly actsPerSecond: number;
  /**
   * How the hosts reach the database. `pooled`: their statements go through PgBouncer, and they
   * listen directly. `polling`: all goes through PgBouncer, and they receive no notifications.
   */
  readonly way: Way;
  /** No job waits, nothing renders, and no admin acts. */
  readonly idle: boolean;
};
const WAYS = ['direct', 'pooled', 'polling'] as const;
export type Way = (typeof WAYS)[number];

const OPTIONS = {
  hosts: { type: 'string' },
  minutes: { type: 'string' },
  jobs: { type: 'string' },
  pages: { type: 'string' },
  apis: { type: 'string' },
  ends: { type: 'string' },
  acts: { type: 'string' },
  way: { type: 'string' },
  idle: { type: 'boolean' },
} as const;

/** The options of `bench farm`, for the sentence that lists them. */
export const FARM_USAGE =
  '--hosts 50,200 --minutes 10 --jobs 1000000 --apis 2 --pages 200 --ends 40 --acts 20 ' +
  `--way ${WAYS.join('|')} --idle`;

/**
 * Reads the options of `bench farm`: one load for each number of hosts. What is not given is as in
 * `base`. Throws when an option is unknown or no number.
 */
export function readFarmOptions(args: readonly string[], base: FarmLoad): FarmLoad[] {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const rest = {
    ...{ slots: base.slots, way: wayOf(values.way) ?? base.way, idle: values.idle ?? base.idle },
    minutes: numberOf('minutes', values.minutes, base.minutes),
    jobs: numberOf('jobs', values.jobs, base.jobs),
    pages: numberOf('pages', values.pages, base.pages),
    apis: numberOf('apis', values.apis, base.apis),
    endsPerSecond: numberOf('ends', values.ends, base.endsPerSecond),
    actsPerSecond: numberOf('acts', values.acts, base.actsPerSecond),
  };
  const sizes = values.hosts?.split(',') ?? [String(base.hosts)];
  return sizes.map((hosts) => ({ ...rest, hosts: numberOf('hosts', hosts, base.hosts) }));
}

function wayOf(text: string | undefined): Way | null {
  if (text === undefined) return null;
  const way = WAYS.find((one) => one === text);
  if (way === undefined) throw new Error(`--way is one of ${WAYS.join(', ')}, not ${text}`);
  return way;
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!(value >= 0)) throw new Error(`--${name} is a number: ${text}`);
  return value;
}

/** A name for the rows of this load. */
export function describeLoad({ hosts, way, idle, apis, pages }: FarmLoad): string {
  return (
    `${hosts} hosts ${idle ? 'idle' : 'at work'}${way === 'direct' ? '' : `, ${way}`}` +
    (apis === 1 ? '' : `, ${apis} APIs with ${pages} pages`)
  );
}

/** How long a played render takes: a mean, with a random half more or less. */
export function meanRenderMs({
  hosts,
  slots,
  endsPerSecond,
}: Pick<FarmLoad, 'hosts' | 'slots' | 'endsPerSecond'>): number {
  return (1000 * hosts * slots) / endsPerSecond;
}

/** How many connections the server must allow. */
export function mostConnections({ hosts, way }: FarmLoad): number {
  const others = 150;
  const ofHost = { direct: 3, pooled: 1, polling: 0 }[way];
  return others + ofHost * hosts;
}
