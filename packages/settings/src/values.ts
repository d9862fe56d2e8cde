/*
 * The kinds of values. The text of an error continues a sentence that starts with the setting's
 * name.
 */
import { isIP } from 'node:net';
import { ACCOUNT_NAME, PASSWORD_LENGTH, PRIORITY, readTags, TAG_LIMITS } from '@renderdeck/domain';
import { z } from 'zod';

export const text = () => z.string().min(1);

const POSTGRES_URL = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?(?<hosts>[^/?#]+)/;

/** One server, or several (`host:port,host:port`), one of which is the primary. */
export const databaseUrl = () =>
  z
    .string({ error: 'is a postgres:// URL' })
    .refine(
      (url) => oneHostUrls(url).length > 0 && oneHostUrls(url).every((one) => URL.canParse(one)),
      { error: 'is a postgres:// URL', abort: true },
    )
    .refine(
      (url) => oneHostUrls(url).length < 2 || /[?&]target_session_attrs=primary(&|$)/.test(url),
      { error: 'names several servers, so it ends with ?target_session_attrs=primary' },
    );

/** One URL for each host of a URL with several hosts. */
function oneHostUrls(url: string): string[] {
  const hosts = POSTGRES_URL.exec(url)?.groups?.hosts ?? '';
  return hosts === '' ? [] : hosts.split(',').map((host) => url.replace(hosts, host));
}

/** The address of a page, without a query and a user. */
export const webUrl = () =>
  z.string().refine(isWebUrl, { error: 'is an http or https URL such as https://desk.example' });

function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}

export const port = () => z.coerce.number({ error: 'is a port number' }).int().min(0).max(65535);

/** A whole number. Text, fractions and numbers out of range get the same error. */
export const count = (error: string, min: number, max?: number) => {
  const number = z.coerce.number({ error }).int({ error }).min(min, { error });
  return max === undefined ? number : number.max(max, { error });
};

export const wholeNumber = () => count('is a whole number from 0', 0);

export const milliseconds = (min: number, max: number) =>
  count(`is a whole number of milliseconds from ${min} to ${max}`, min, max);

/**
 * The lowest value is the default priority, so that a submission without a priority is always
 * possible.
 */
export const submitPriority = () =>
  count(
    `is a whole number from ${PRIORITY.default} to ${PRIORITY.max}`,
    PRIORITY.default,
    PRIORITY.max,
  );

/** A setting in minutes, whose value is in milliseconds. */
export const minutes = (min: number, max: number) => {
  const error = `is a whole number of minutes from ${min} to ${max}`;
  return z.coerce
    .number({ error })
    .int({ error })
    .min(min, { error: `is at least ${min} minutes` })
    .max(max, { error: `is at most ${max} minutes` })
    .transform((value) => value * 60_000);
};

export const secret = () =>
  z
    .string({ error: 'is missing; make one with `openssl rand -base64 48`' })
    .min(32, { error: 'has 32 characters or more' });

export const accountName = () =>
  z.string().regex(ACCOUNT_NAME, {
    error:
      'has 1 to 64 letters, digits, spaces or . _ @ -, a letter or digit first and no space last',
  });

export const newPassword = () =>
  z
    .string()
    .min(PASSWORD_LENGTH.min, { error: `has ${PASSWORD_LENGTH.min} characters or more` })
    .max(PASSWORD_LENGTH.max, { error: `has ${PASSWORD_LENGTH.max} characters or fewer` });

const FULL_PATH = /^(?:\/|[A-Za-z]:[\\/]|\\\\)/;

/** Pairs of full paths, `FROM=TO`, joined by `;`. */
export const pathMap = () =>
  z
    .string()
    .transform((text) => text.split(';').filter((pair) => pair.trim() !== ''))
    .transform((pairs) =>
      pairs.map((pair) => {
        const [from = '', to = '', ...more] = pair.split('=').map((path) => path.trim());
        return { from, to: [to, ...more].join('=') };
      }),
    )
    .refine(
      (pairs) => pairs.every((pair) => FULL_PATH.test(pair.from) && FULL_PATH.test(pair.to)),
      {
        error: 'is a list of FROM=TO, two full paths each, joined by ;',
      },
    );

/** Full paths, or pairs `FROM=TO` of a folder with another path here, joined by `;`. */
export const servedFolders = () =>
  z
    .string()
    .transform((text) => text.split(';').filter((part) => part.trim() !== ''))
    .transform((parts) =>
      parts.map((part) => {
        const [from = '', to = from, ...more] = part.split('=').map((path) => path.trim());
        return { from, to: [to, ...more].join('=') };
      }),
    )
    .refine(
      (pairs) => pairs.every((pair) => FULL_PATH.test(pair.from) && FULL_PATH.test(pair.to)),
      { error: 'is a list of full paths, or of FROM=TO with two full paths, joined by ;' },
    );

export const commaList = () =>
  z.string().transform((value) =>
    value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );

/** A percentage, or `off`. */
export const percentOrOff = () => {
  const error = 'is off or a whole number from 1 to 100';
  return z
    .union([z.literal('off'), count(error, 1, 100)], { error })
    .transform((value) => (value === 'off' ? null : value));
};

/**
 * Parameters of aerender that a job or another setting decides, or that would render in an After
 * Effects outside of the process tree of the render.
 */
const OWN_PARAMETERS = [
  ...['project', 'comp', 'rqindex', 'output', 'r', 's', 'e', 'i', 'omtemplate', 'rstemplate'],
  ...['rendersettings', 'outputsettings', 'mfr', 'mp', 'mem_usage', 'continueonmissingfootage'],
  ...['reuse', 'help', 'version'],
];

/** Parameters of aerender, such as `-close DO_NOT_SAVE_CHANGES`, joined by `;`. */
export const aerenderParameters = () =>
  z
    .string()
    .transform((value) =>
      value
        .split(';')
        .map((parameter) => parameter.trim().replace(/\s+/g, ' '))
        .filter((parameter) => parameter !== ''),
    )
    .refine((list) => list.every((parameter) => /^-?[A-Za-z_]+( [^-]\S*)*$/.test(parameter)), {
      error: 'lists parameters such as -close DO_NOT_SAVE_CHANGES, joined by ;',
    })
    .refine((list) => !list.some(isOwnParameter), {
      error: 'names no parameter that Renderdeck sets itself, and not -reuse',
    });

function isOwnParameter(parameter: string): boolean {
  const [name = ''] = parameter.split(' ');
  return OWN_PARAMETERS.includes(name.replace(/^-/, '').toLowerCase());
}

/** The days of the week as a JavaScript Date counts them. */
const DAYS: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** A time of day such as `07:00`, or on some days only: `mon,tue,wed 07:00`. */
export const timeOfDay = () =>
  z.string().transform((value, ctx) => {
    const [, names, hour, minute] =
      /^(?:([a-z,]+) )?([01]\d|2[0-3]):([0-5]\d)$/.exec(value.trim().toLowerCase()) ?? [];
    const days = names?.split(',').map((name) => DAYS.indexOf(name)) ?? DAYS.map((_, day) => day);
    if (hour !== undefined && minute !== undefined && !days.includes(-1))
      return { hour: Number(hour), minute: Number(minute), days };
    ctx.addIssue({ code: 'custom', message: 'is a time like 07:00 or mon,tue 07:00' });
    return z.NEVER;
  });

/** The tags that a host offers, sorted, without repetition. */
export const tagList = () =>
  z.string().transform((value, ctx) => {
    const read = readTags(value, TAG_LIMITS.ofHost);
    if (read.ok) return [...read.tags];
    ctx.addIssue({ code: 'custom', message: read.sentence });
    return z.NEVER;
  });

/** Origins of pages, such as https://desk.example, without a path. */
export const originList = () =>
  commaList().refine((list) => list.every((one) => URL.canParse(one) && isOrigin(one)), {
    error: 'lists origins such as https://desk.example, without a path, joined by commas',
  });

function isOrigin(text: string): boolean {
  const { origin, protocol } = new URL(text);
  return /^https?:$/.test(protocol) && text === origin;
}

/** Names of hosts, addresses and networks. */
export const addressList = () =>
  commaList().refine((list) => list.every((entry) => isNetwork(entry) || HOST_NAME.test(entry)), {
    error: 'lists host names, addresses or networks such as 10.0.0.0/8, joined by commas',
  });

/** Addresses and networks but no names, because a name can mean another address each time. */
export const networkList = () =>
  commaList().refine((list) => list.every(isNetwork), {
    error: 'lists addresses or networks such as 10.0.0.0/8, joined by commas',
  });

const HOST_NAME = /^(?!\d+(\.\d+)*$)[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$/;

export const proxies = () =>
  z.string().refine((value) => value.split(',').every(isProxy), {
    error: 'lists the addresses or networks of proxies, joined by commas',
  });

/**
 * A value that Fastify's trustProxy accepts: the name of an address group, an address, or a
 * network.
 */
function isProxy(value: string): boolean {
  return /^(loopback|linklocal|uniquelocal)$/.test(value.trim()) || isNetwork(value.trim());
}

/** An address, or a network of addresses. */
function isNetwork(value: string): boolean {
  const [address = '', bits, ...more] = value.split('/');
  const mostBits = isIP(address) === 6 ? 128 : 32;
  return (
    isIP(address) !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d+$/.test(bits) && Number(bits) >= 1 && Number(bits) <= mostBits))
  );
}
