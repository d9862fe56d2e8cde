/*
 * Every environment variable that a person may set: its values, its default and its meaning. Each
 * program reads its own part of this table (programs.ts). docs/settings.md shows the table.
 * Long because: it is one table.
 */
import { PRIORITY } from '@renderdeck/domain';
import { z } from 'zod';
import { RENDER_LIMIT_DEFAULTS, renderLimits } from './render-limits.ts';
import {
  accountName,
  addressList,
  aerenderParameters,
  commaList,
  count,
  databaseUrl,
  milliseconds,
  minutes,
  networkList,
  newPassword,
  originList,
  pathMap,
  percentOrOff,
  port,
  proxies,
  secret,
  servedFolders,
  submitPriority,
  tagList,
  text,
  timeOfDay,
  webUrl,
  wholeNumber,
} from './values.ts';

/** What docs/settings.md says of a setting in addition to its name and its default. */
export const descriptions = z.registry<{
  /** The setting is in the main table; all other settings are rarely needed. */
  readonly main?: boolean;
  readonly type: string;
  readonly meaning: string;
  /** What an unset variable means, if the setting has no default in this table. */
  readonly unset?: string;
}>();

export const settings = z.object({
  DATABASE_URL: databaseUrl().register(descriptions, {
    main: true,
    type: 'URL',
    unset: 'unset',
    meaning:
      'PostgreSQL 15 or newer; [postgres.md](postgres.md) tells how to name several ' +
      'servers. Unset: ' +
      '`start` and `demo` run a local one under the data folder',
  }),
  RENDERDECK_LISTEN: z
    .enum(['on', 'off'], { error: 'is on or off' })
    .prefault('on')
    .register(descriptions, {
      type: '`on`, `off`',
      meaning:
        '`off`: the worker receives no notifications and asks each second instead, so all its ' +
        'statements may go through a pooler; see [postgres.md](postgres.md#pgbouncer)',
    }),
  RENDERDECK_LISTEN_URL: databaseUrl()
    .optional()
    .register(descriptions, {
      type: 'URL',
      unset: 'as `DATABASE_URL`',
      meaning:
        'the same database without a pooler between: notifications are received there, while ' +
        'the statements go to `DATABASE_URL`; see [postgres.md](postgres.md#pgbouncer)',
    }),
  RENDERDECK_HOST_DATABASE_URL: databaseUrl()
    .refine((url) => !/^[^/]*\/\/[^/?#]*@/.test(url), {
      error: 'names no user and no password, because each host has its own',
    })
    .optional()
    .register(descriptions, {
      type: 'URL',
      unset: 'as `DATABASE_URL`',
      meaning:
        'the database as hosts reach it that join, without a user and a password, such as ' +
        '`postgres://db.farm.example:5432/farm?sslmode=verify-full`; see ' +
        '[hosts.md](hosts.md#join)',
    }),
  RENDERDECK_HOST_DATABASE_CA: text()
    .optional()
    .register(descriptions, {
      type: 'file',
      unset: 'unset',
      meaning:
        'the root certificate of the database, in PEM, which hosts that join get for ' +
        '`sslmode=verify-full`',
    }),
  HOST: text()
    .prefault('127.0.0.1')
    .register(descriptions, { main: true, type: 'address', meaning: 'where the API listens' }),
  PORT: port().prefault('4000').register(descriptions, {
    main: true,
    type: 'port',
    meaning: 'where the API listens. 0: any free port',
  }),
  RENDERDECK_DATA_DIR: text().prefault('./.renderdeck').register(descriptions, {
    main: true,
    type: 'folder',
    meaning: 'everything that a standalone farm keeps',
  }),
  RENDERDECK_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .prefault('info')
    .register(descriptions, { type: 'level', meaning: '`fatal` to `trace`, or `silent`' }),

  RENDERDECK_SESSION_SECRET: secret().register(descriptions, {
    main: true,
    type: 'text',
    unset: 'made and kept by `start`',
    meaning: 'the key that encrypts session cookies: 32 characters or more, of any kind',
  }),
  RENDERDECK_OLD_SESSION_SECRET: secret()
    .optional()
    .register(descriptions, {
      type: 'text',
      unset: 'unset',
      meaning:
        'while keys rotate: cookies encrypted with this key are valid too. Remove the old key ' +
        'after `RENDERDECK_SESSION_MINUTES`. With several API processes, give all of them the ' +
        'new key here first, then exchange the two',
    }),
  RENDERDECK_ADMIN_USER: accountName().prefault('admin').register(descriptions, {
    type: 'name',
    meaning: 'the name of the first admin, who is made only in an empty database',
  }),
  RENDERDECK_ADMIN_PASSWORD: newPassword().optional().register(descriptions, {
    type: 'text',
    unset: 'made by `start` and shown once',
    meaning: 'the password of the first admin: 12 to 256 characters',
  }),
  RENDERDECK_SESSION_MINUTES: minutes(5, 43_200).prefault('720').register(descriptions, {
    type: 'minutes',
    meaning: 'a session ends this long after its sign-in; 5 to 43200',
  }),
  RENDERDECK_SESSION_IDLE_MINUTES: minutes(5, 34_560)
    .prefault('240')
    .register(descriptions, {
      type: 'minutes',
      meaning:
        'a session ends when nobody has used it for this long; an open page alone does not ' +
        'count as use; 5 to 34560',
    }),
  RENDERDECK_TRUST_PROXY: proxies()
    .optional()
    .register(descriptions, {
      main: true,
      type: 'list',
      unset: 'unset',
      meaning:
        'addresses or networks, joined by commas, of the proxies in front of the API, ' +
        'which end TLS and send the address of the client (`X-Forwarded-For`, `-Proto`, ' +
        '`-Host`). Unset: those headers are ignored',
    }),
  RENDERDECK_REQUESTS_PER_MINUTE: wholeNumber()
    .prefault('12000')
    .register(descriptions, {
      type: 'count',
      meaning:
        'how many requests a minute one address may send; health checks do not count. More ' +
        'get 429 with `Retry-After`. 0: no limit',
    }),
  RENDERDECK_MAX_CONNECTIONS: wholeNumber()
    .prefault('10000')
    .register(descriptions, {
      type: 'count',
      meaning:
        'how many connections of any kind one API process accepts. More are closed at ' +
        'once. 0: no limit',
    }),
  RENDERDECK_MAX_SOCKETS_PER_ADDRESS: wholeNumber()
    .prefault('1000')
    .register(descriptions, { type: 'count', meaning: 'how many WebSockets one address may open' }),
  RENDERDECK_MAX_STREAMS_PER_USER: wholeNumber().prefault('500').register(descriptions, {
    type: 'count',
    meaning: 'how many live streams one user or token may open',
  }),
  RENDERDECK_MAX_BODY_MB: count('is a whole number of megabytes from 1 to 100', 1, 100)
    .prefault('8')
    .register(descriptions, {
      type: 'megabytes',
      meaning: 'how large a request may be, such as a submitted job. A larger one gets 413',
    }),
  RENDERDECK_MAX_JOB_VALUES: count('is a whole number from 100 to 1000000', 100, 1_000_000)
    .prefault('20000')
    .register(descriptions, {
      type: 'count',
      meaning:
        'how many values (fields of objects and items of lists) a submitted job may have. One ' +
        'with more is refused',
    }),
  RENDERDECK_MAX_DELAY_MS: wholeNumber()
    .prefault('1000')
    .register(descriptions, {
      type: 'milliseconds',
      meaning:
        'while answers wait longer than this for the processor, requests get 503 with ' +
        '`Retry-After`. 0: never',
    }),
  RENDERDECK_KEEP_CHANGES_DAYS: wholeNumber()
    .prefault('90')
    .register(descriptions, {
      type: 'days',
      meaning:
        'how long the history of jobs is kept. A live stream can resume that long (with an older ' +
        'cursor it reports a gap), and an `Idempotency-Key` is known that long. 0: ' +
        'for ever',
    }),
  RENDERDECK_KEEP_JOBS_DAYS: wholeNumber()
    .prefault('90')
    .register(descriptions, {
      main: true,
      type: 'days',
      meaning:
        'how long a job is kept after its end, with its attempts, its receipt and its history. ' +
        'The audit log and the measures stay. 0: for ever',
    }),
  RENDERDECK_KEEP_LOGS_DAYS: wholeNumber().prefault('30').register(descriptions, {
    main: true,
    type: 'days',
    meaning: 'how long the log of an attempt is kept after its end. 0: as long as its job',
  }),
  RENDERDECK_KEEP_SECRETS_DAYS: wholeNumber()
    .prefault('7')
    .register(descriptions, {
      type: 'days',
      meaning:
        'how long the secrets of a job (passwords, keys, tokens) are kept after its end. A job ' +
        'that may run again keeps them. 0: for ever',
    }),
  RENDERDECK_SUBMIT_PRIORITY_MAX: submitPriority()
    .prefault(String(PRIORITY.default))
    .register(descriptions, {
      main: true,
      type: 'priority',
      meaning:
        'the highest priority that a submitter may ask for; an admin may ask for any. ' +
        `${PRIORITY.default} (the default priority) to ${PRIORITY.max}. Use the same value ` +
        'for all API processes',
    }),
  RENDERDECK_NEXRENDER_API: z
    .enum(['on', 'off'], { error: 'is on or off' })
    .prefault('off')
    .register(descriptions, {
      main: true,
      type: '`on`, `off`',
      meaning:
        "`on`: the API also serves nexrender-server's own API, under `/api/v1`; see " +
        '[nexrender-server.md](nexrender-server.md)',
    }),

  RENDERDECK_NEXRENDER_ORIGINS: originList()
    .prefault('')
    .register(descriptions, {
      type: 'list',
      meaning:
        'origins of pages (`https://tools.example`), joined by commas, whose scripts may call ' +
        '`/api/v1` from a browser (CORS)',
    }),

  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl()
    .optional()
    .register(descriptions, {
      type: 'URL',
      unset: 'unset',
      meaning:
        'where traces go: a receiver of OpenTelemetry over HTTP, such as ' +
        '`http://127.0.0.1:4318`; [operating.md](operating.md#traces). Unset: nothing is traced, ' +
        'and no exporter is loaded',
    }),
  RENDERDECK_PUBLIC_URL: webUrl()
    .optional()
    .register(descriptions, {
      main: true,
      type: 'URL',
      unset: 'unset',
      meaning:
        'the address at which people open the page, such as `https://desk.example`: ' +
        'messages of webhooks link to it. Unset: messages have no link',
    }),
  RENDERDECK_WEBHOOK_NETWORKS: networkList()
    .prefault('')
    .register(descriptions, {
      type: 'list',
      meaning:
        'addresses and networks (`10.0.0.0/8`), joined by commas, that messages of webhooks ' +
        'and callbacks may go to although they are private; see [webhooks.md](webhooks.md)',
    }),

  RENDERDECK_SETTINGS_FILE: text()
    .optional()
    .register(descriptions, {
      type: 'file',
      unset: 'the one that `worker join` wrote, if `DATABASE_URL` is unset',
      meaning:
        'a file with lines `NAME=value`, which the worker and its commands read; a variable of ' +
        'the environment counts more. See [hosts.md](hosts.md#join)',
    }),
  RENDERDECK_WORKER_NAME: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^\P{Cc}*$/u, { error: 'has no control characters' })
    .optional()
    .register(descriptions, {
      main: true,
      type: 'name',
      unset: 'host name',
      meaning: 'the name of this host; unique in the farm',
    }),
  RENDERDECK_SLOTS: count('is a whole number from 1 to 64', 1, 64)
    .prefault('1')
    .register(descriptions, {
      type: 'count',
      meaning:
        'how many renders run at the same time. The default is one, because it is not ' +
        'known which helper programs After Effects shares between two renders of one user',
    }),
  RENDERDECK_TAGS: tagList()
    .optional()
    .register(descriptions, {
      main: true,
      type: 'list',
      unset: 'none',
      meaning:
        'the tags that this host offers, joined by commas, such as `c4d,ae24`: the host ' +
        'takes jobs without tags, and jobs whose `tags` are all among these',
    }),
  RENDERDECK_AERENDER: text().optional().register(descriptions, {
    main: true,
    type: 'path',
    unset: "nexrender's own search",
    meaning: 'path of aerender',
  }),
  RENDERDECK_CHECK_PROJECT: text()
    .optional()
    .register(descriptions, {
      main: true,
      type: 'path',
      unset: 'no frame is rendered',
      meaning:
        'a small project with a composition named check: the host renders its first frame ' +
        'when it checks itself; a stand-in has a project of its own',
    }),
  RENDERDECK_MULTI_FRAMES: percentOrOff()
    .prefault('off')
    .register(descriptions, {
      type: '`off`, percentage',
      meaning:
        'multi-frame rendering: the share of the CPU that After Effects may use for it. ' +
        'nexrender reads the year of After Effects from the path of aerender; without a ' +
        'year, or before 2022, aerender gets `-mp` instead',
    }),
  RENDERDECK_MAX_MEMORY_PERCENT: percentOrOff()
    .prefault('off')
    .register(descriptions, {
      type: '`off`, percentage',
      meaning:
        'the share of the memory that After Effects may use (`-mem_usage`); 50 if only ' +
        '`RENDERDECK_IMAGE_CACHE_PERCENT` is set',
    }),
  RENDERDECK_IMAGE_CACHE_PERCENT: percentOrOff()
    .prefault('off')
    .register(descriptions, {
      type: '`off`, percentage',
      meaning:
        "the share of this memory for After Effects' image cache; 50 if only " +
        '`RENDERDECK_MAX_MEMORY_PERCENT` is set',
    }),
  RENDERDECK_AERENDER_PARAMETERS: aerenderParameters()
    .prefault('')
    .register(descriptions, {
      type: 'list',
      meaning:
        'more parameters for aerender, joined by `;`: `-close DO_NOT_SAVE_CHANGES;-sound ON`. ' +
        'No value may contain a space. `-reuse` and what a job or another setting decides ' +
        'are refused',
    }),
  RENDERDECK_SCRATCH_ROOT: text().optional().register(descriptions, {
    main: true,
    type: 'folder',
    unset: '`<data folder>/scratch`',
    meaning:
      'where each attempt gets its own folder: an absolute, short path that nothing else uses',
  }),
  RENDERDECK_RENDER_USER: text()
    .optional()
    .register(descriptions, {
      main: true,
      type: 'name',
      unset: "the worker's own user",
      meaning:
        'the user that renders run as, on Linux, if the worker runs as root. A submitted ' +
        'script then cannot reach the worker. Outputs belong to this user; ' +
        '[hosts.md](hosts.md) tells how to set it up',
    }),
  RENDERDECK_ASSET_ROOTS: z
    .string()
    .optional()
    .register(descriptions, {
      main: true,
      type: 'folders',
      unset: 'none',
      meaning:
        "folders in which `file://` sources may be, joined by the system's path delimiter. " +
        'The host decides; an API that has this setting refuses such a job already at ' +
        'submission',
    }),
  RENDERDECK_OUTPUT_ROOTS: z
    .string()
    .optional()
    .register(descriptions, {
      main: true,
      type: 'folders',
      unset: 'none',
      meaning:
        'folders in which actions may write, joined as in `RENDERDECK_ASSET_ROOTS`. An API ' +
        'takes folders of any system, joined by `:` or `;`, and compares paths as they are ' +
        'written',
    }),
  RENDERDECK_PATH_MAP: pathMap()
    .prefault('')
    .register(descriptions, {
      main: true,
      type: 'pairs',
      meaning:
        'where the folders that jobs name are on this host, as `FROM=TO` joined by `;`: ' +
        '`/mnt/farm=Z:\\farm` on a Windows host beside Linux hosts. Paths are mapped before ' +
        'they are compared with the allowed folders',
    }),
  RENDERDECK_ACTIONS: commaList()
    .prefault('@nexrender/action-copy,@nexrender/action-encode')
    .register(descriptions, {
      main: true,
      type: 'list',
      meaning: 'action modules that may run; use the same value for the API and the hosts',
    }),
  RENDERDECK_LOCAL_ACTIONS: commaList()
    .prefault('')
    .register(descriptions, {
      type: 'list',
      meaning:
        'modules of `RENDERDECK_ACTIONS` that send nothing and write only into the folder ' +
        'of the job. Renderdeck does not check that, and runs them without a publish gate. ' +
        'Any other module passes the gate before it runs, and from then on the output is ' +
        '`maybe`',
    }),
  RENDERDECK_PUBLISHING_ACTIONS: commaList()
    .prefault('')
    .register(descriptions, {
      type: 'list',
      meaning:
        'modules of `RENDERDECK_ACTIONS` that write the file that `output` names, and nothing ' +
        'else. Each gets a name in the folder of the job, and Renderdeck publishes what is ' +
        'there, as it does for a copy. It does not check that the module writes nothing else',
    }),
  RENDERDECK_ACTIONS_DIR: text()
    .optional()
    .register(descriptions, {
      type: 'folder',
      unset: 'the folder in which the worker starts',
      meaning:
        'where the operator installed action modules that Renderdeck does not include: a folder ' +
        'with its own `node_modules`. `worker actions` lists what it has',
    }),
  RENDERDECK_EXIT_ON_EMPTY_QUEUE: count('is a whole number of seconds up to 86400', 0, 86_400)
    .optional()
    .register(descriptions, {
      type: 'seconds',
      unset: 'the worker waits for jobs',
      meaning:
        'the worker ends when for this time no job that it could take has waited and nothing ' +
        'renders; 0: when the first search finds none',
    }),
  RENDERDECK_STOP_AT: timeOfDay()
    .optional()
    .register(descriptions, {
      type: 'time',
      unset: 'never',
      meaning:
        'the worker takes no job from this time of day on (`07:00`, or `mon,tue 07:00`, by the ' +
        'clock of the host), and ends when its renders have finished',
    }),
  RENDERDECK_PRESETS_FILE: text()
    .optional()
    .register(descriptions, {
      type: 'file',
      unset: 'none',
      meaning:
        'presets for `@nexrender/action-encode` besides those of nexrender: a JSON file like ' +
        '`{"prores": {"-c:v": "prores_ks", "-profile:v": 3}}`. Each render reads it. A job whose ' +
        'preset is not in it goes to another host',
    }),
  RENDERDECK_CREDENTIALS_FILE: text()
    .optional()
    .register(descriptions, {
      type: 'file',
      unset: 'none',
      meaning:
        'logins of this host for [sources and uploads](jobs.md#logins-of-a-host): a JSON file ' +
        'that only the user of the worker can read. Each attempt reads it',
    }),
  RENDERDECK_SCRIPTS: z
    .enum(['on', 'off'], { error: 'is on or off' })
    .prefault('on')
    .register(descriptions, {
      main: true,
      type: '`on`, `off`',
      meaning:
        '`off`: a job may bring no code for After Effects: no `script` asset and no ' +
        '`expression`. Code inside a template still runs. Use the same value for the API ' +
        'and the hosts',
    }),
  RENDERDECK_ALLOW_ADDRESSES: addressList()
    .prefault('')
    .register(descriptions, {
      type: 'list',
      meaning:
        'hosts, addresses and networks (`10.0.0.0/8`), joined by commas, that jobs may ' +
        'reach although link-local and metadata addresses are refused. Use the same value ' +
        'for the API and the hosts',
    }),
  RENDERDECK_REFUSE_ADDRESSES: addressList()
    .prefault('')
    .register(descriptions, {
      type: 'list',
      meaning:
        'hosts, addresses and networks, joined by commas, that jobs may not reach, in ' +
        'addition to link-local and metadata addresses, such as `127.0.0.0/8,::1`. Use the ' +
        'same value for the API and the hosts',
    }),
  RENDERDECK_STOP_GRACE_MS: milliseconds(0, 600_000)
    .prefault('2000')
    .register(descriptions, {
      type: 'milliseconds',
      meaning:
        'how long a render may take to end after SIGTERM, before the first SIGKILL. ' +
        'Windows: how long to wait for the last lines of the log, at most 500',
    }),
  RENDERDECK_END_STRAY_AFTER_EFFECTS: z
    .enum(['on', 'off'], { error: 'is on or off' })
    .prefault('off')
    .register(descriptions, {
      type: '`on`, `off`',
      meaning:
        'Windows: what to do with an After Effects that no render of a worker holds, while ' +
        'a render ends. `off`: name it, and prove nothing until it is closed. `on`: end ' +
        'it, even if a person uses it',
    }),
  RENDERDECK_DRAIN_LIMIT_MS: milliseconds(0, 600_000)
    .prefault('60000')
    .register(descriptions, {
      type: 'milliseconds',
      meaning:
        'how long the grace periods and the publishing of all renders may take after the ' +
        'signal that ends a worker; a second signal ends both at once',
    }),
  RENDERDECK_LEASE_MS: milliseconds(3000, 3_600_000)
    .prefault('30000')
    .register(descriptions, {
      type: 'milliseconds',
      meaning:
        'how long a host may be silent before its jobs are taken back; it does not limit ' +
        'how long a render takes',
    }),
  RENDERDECK_OUTAGE_LIMIT_MS: milliseconds(0, 86_400_000)
    .prefault('900000')
    .register(descriptions, {
      type: 'milliseconds',
      meaning:
        'how long a worker keeps its renders while the database does not answer; none of ' +
        'them publishes in that time',
    }),
  RENDERDECK_RENDER_LIMITS: renderLimits()
    .prefault(RENDER_LIMIT_DEFAULTS)
    .register(descriptions, {
      main: true,
      type: 'times',
      meaning:
        'how long a step of a render may move nothing (no byte and no frame) before it is ended: ' +
        'a time for every step, with exceptions, such as `10m,publish=1h,total=12h`. The steps ' +
        'are explained below. A job may bring its own `limits`',
    }),
  RENDERDECK_MIN_FREE_MB: count('is a whole number of megabytes', 0)
    .prefault('256')
    .register(descriptions, {
      type: 'megabytes',
      meaning:
        'with less free space than this on the scratch disk, the host takes no job and ' +
        'reports a problem; with less than half of it, the host gives back the job of the ' +
        'render with the largest scratch folder',
    }),

  RENDERDECK_SERVE_OUTPUTS: servedFolders()
    .prefault('')
    .register(descriptions, {
      type: 'folders',
      meaning:
        'folders of outputs that the API may read, so that people play and download them on the ' +
        'page, joined by `;`. A folder that has another path on the machine of the API is ' +
        '`FROM=TO`: `D:\\out=/mnt/out`. Empty: the page shows only paths; see ' +
        '[outputs.md](outputs.md)',
    }),
  RENDERDECK_PICTURES: z
    .enum(['on', 'off'], { error: 'is on or off' })
    .prefault('on')
    .register(descriptions, {
      type: '`on`, `off`',
      meaning:
        'whether the host makes small pictures of the frames that it renders; see ' +
        '[pictures.md](pictures.md)',
    }),
  RENDERDECK_KEEP_FAILED_HOURS: count('is a whole number of hours up to 720', 0, 720)
    .prefault('0')
    .register(descriptions, {
      type: 'hours',
      meaning:
        'how long the host keeps the scratch folder of an attempt that failed, so that you can ' +
        'look for the cause; at most the ten newest, and none while the disk has too little ' +
        'space. A kept folder may hold secrets of its job. 0: it is removed at once',
    }),

  RENDERDECK_CACHE_GB: count('is a whole number of gigabytes', 0)
    .prefault('0')
    .register(descriptions, {
      type: 'gigabytes',
      meaning:
        'how much of the scratch disk the host may use to keep downloaded sources for later ' +
        'jobs; see [jobs.md](jobs.md#cache). What was used longest ago goes first, and nothing ' +
        'is kept while less than `RENDERDECK_MIN_FREE_MB` is free. 0: no cache',
    }),

  RENDERDECK_URL: z
    .url({ protocol: /^https?$/, error: 'is an address such as http://127.0.0.1:4000' })
    .prefault('http://127.0.0.1:4000')
    .register(descriptions, { main: true, type: 'URL', meaning: 'the API that `ctl` calls' }),
  RENDERDECK_TOKEN: text().optional().register(descriptions, {
    main: true,
    type: 'text',
    unset: 'unset',
    meaning: 'the token that `ctl` signs in with',
  }),
  RENDERDECK_USER: text().optional().register(descriptions, {
    type: 'name',
    unset: 'unset',
    meaning: 'the user that `ctl` signs in as when no token is set',
  }),
  RENDERDECK_PASSWORD: text().optional().register(descriptions, {
    type: 'text',
    unset: 'unset',
    meaning: 'the password of `RENDERDECK_USER`',
  }),

  RENDERDECK_STAND_IN_FRAME_MS: wholeNumber().optional().register(descriptions, {
    type: 'milliseconds',
    unset: 'set by the sample',
    meaning: 'how long the stand-in takes for a frame',
  }),
  RENDERDECK_STAND_IN_FRAMES: wholeNumber().optional().register(descriptions, {
    type: 'count',
    unset: 'set by the sample',
    meaning: 'how many frames the stand-in renders',
  }),
  RENDERDECK_STAND_IN_MISBEHAVE: commaList()
    .optional()
    .register(descriptions, {
      type: 'list',
      unset: 'set by the sample',
      meaning:
        'what the stand-in does wrong, for tests: `MISBEHAVIOURS` in ' +
        '`packages/aerender-stand-in/src/read-options.mjs`',
    }),

  CHROME_PATH: text().optional().register(descriptions, {
    type: 'path',
    unset: 'searched for',
    meaning: 'Chromium or Chrome for the browser tests',
  }),
  RENDERDECK_TEST_SEED: wholeNumber().optional().register(descriptions, {
    type: 'number',
    unset: '1; the commands `chaos` and `test:long` choose one',
    meaning: 'the seed of all random inputs of tests, and of the order of faults',
  }),
  RENDERDECK_TEST_RESULTS: text().optional().register(descriptions, {
    type: 'folder',
    unset: 'unset',
    meaning: 'where the test runner also writes its results as JSON',
  }),
});
