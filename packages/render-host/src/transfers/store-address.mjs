// @ts-check
/**
 * Reads where a source or an upload lies, from the addresses and fields that nexrender's providers
 * take, and from a few more. The check of a job and the render use the same functions. A sentence
 * that they throw (BadAddress) goes on after the name of the field.
 *
 * - s3: `s3://bucket/key`, and nexrender's `s3://bucket.s3.region.amazonaws.com/key`,
 *   `s3://s3.region.amazonaws.com/bucket/key` and `s3://bucket.region.digitaloceanspaces.com/key`.
 * - gs: `gs://bucket/item`; as in nexrender, nothing in it is decoded.
 * - ftp, ftps, sftp: `sftp://user:password@host:port/path`.
 *
 * @typedef {import('./stores/store.ts').Place} Place
 * @typedef {import('./stores/store.ts').Access} Access
 *
 * @typedef {object} Address
 * @property {Place} place
 * @property {Access} access what the job itself says
 * @property {string | null} login the name of an entry of RENDERDECK_CREDENTIALS_FILE
 */

/** `field` is that of the wrong value, such as `params.region`; null: the address itself. */
export class BadAddress extends Error {
  /** @param {string} sentence @param {string | null} [field] */
  constructor(sentence, field = null) {
    super(sentence);
    this.field = field;
  }
}

/** @typedef {Record<string, unknown>} Params */

const STORES = /^(s3|gs|ftps?|sftp):\/\//i;
const CONTROL = /\p{Cc}/u;
const REGION = String.raw`[a-z]{2}[a-z0-9-]*-\d`;
const AMAZON = new RegExp(
  String.raw`^(?:(?<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?(?<region>${REGION}))?\.amazonaws\.com` +
    String.raw`(?:\.cn)?$`,
);
const SPACES = /^(?:(?<bucket>[^.]+)\.)?(?<region>[^.]+)\.digitaloceanspaces\.com$/;

/** Whether an address leads to a store. @param {string} address */
export function isStoreAddress(address) {
  return STORES.test(address);
}

/**
 * @param {string} src
 * @param {Params} params
 * @returns {Address}
 */
export function readStoreAddress(src, params) {
  const scheme = /** @type {Place['scheme']} */ (STORES.exec(src)?.[1]?.toLowerCase());
  if (CONTROL.test(src)) throw new BadAddress('may hold no control characters.');
  const more = readMore(params);
  if (scheme === 'gs') {
    const [, bucket = '', key = ''] = /^gs:\/\/([^/]*)\/?(.*)$/i.exec(src) ?? [];
    return { ...more, place: makePlace({ scheme, bucket, key, ...readEndpoint(params) }) };
  }
  if (scheme === 's3')
    return { ...more, place: makePlace({ ...readS3(src), ...readEndpoint(params) }) };
  if (!URL.canParse(src)) throw new BadAddress('is not a complete address.');
  const url = new URL(src);
  if (url.search !== '' || url.hash !== '')
    throw new BadAddress('may hold no ? and no #: write %3F and %23 in the name of a file.');
  const own = { user: decode(url.username), password: decode(url.password) };
  const place = makePlace({
    ...{ scheme, host: url.hostname, port: url.port === '' ? null : Number(url.port) },
    key: decode(url.pathname),
  });
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''));
  return { ...more, access: { ...more.access, ...given }, place };
}

/**
 * Where `@nexrender/action-upload` puts a file. `name` is the file's own name, for an output that
 * the job does not name. A key or path that ends with a slash is a folder.
 *
 * @param {unknown} provider
 * @param {Params} params
 * @param {string} name
 * @returns {Address}
 */
export function readUploadPlace(provider, params, name) {
  const more = readMore(params);
  const text = (/** @type {string} */ field) => {
    const value = params[field];
    if (value === undefined || value === null || value === '') return null;
    if (typeof value !== 'string' || CONTROL.test(value))
      throw new BadAddress('must be a text without control characters.', `params.${field}`);
    return value;
  };
  const needed = (/** @type {string} */ field) => {
    const value = text(field);
    if (value === null) throw new BadAddress('is missing.', `params.${field}`);
    return value;
  };
  const nameIn = (/** @type {string} */ key) => (key.endsWith('/') ? `${key}${name}` : key);
  if (provider === 's3' || provider === 'gs') {
    const key = nameIn(needed(provider === 's3' ? 'key' : 'item'));
    const bucket = needed('bucket');
    return {
      ...more,
      place: makePlace({ scheme: provider, bucket, key, ...readEndpoint(params) }),
    };
  }
  if (provider !== 'ftp' && provider !== 'sftp')
    throw new BadAddress('must be s3, gs, ftp or sftp.', 'provider');
  const { secure, port } = params;
  const isSecure = provider === 'ftp' && secure !== undefined && secure !== false;
  const isPort = port === undefined || port === null || /^\d{1,5}$/.test(`${port}`);
  if (!isPort) throw new BadAddress('must be a number.', 'params.port');
  const place = makePlace({
    ...{ scheme: isSecure ? 'ftps' : provider, host: needed('host') },
    port: port === undefined || port === null ? (secure === 'implicit' ? 990 : null) : Number(port),
    key: nameIn(text('output') ?? name),
  });
  return { ...more, place };
}

/** The address of a place, for people. It has no login. @param {Place} place */
export function writeAddress({ scheme, host, port, bucket, key, endpoint }) {
  const path = key.replace(/^\//, '');
  if (bucket !== '') return `${endpoint ?? `${scheme}:/`}/${bucket}/${path}`;
  const server = host.includes(':') ? `[${host}]` : host;
  return `${scheme}://${server}${port === null ? '' : `:${port}`}/${path}`;
}

/** @param {string} src @returns {Partial<Place>} */
function readS3(src) {
  const [, host = '', path = ''] = /^s3:\/\/([^/?#]*)\/?([^?#]*)$/i.exec(src) ?? [];
  if (host === '') throw new BadAddress('must be like s3://bucket/key, without ? and #.');
  const found = AMAZON.exec(host)?.groups ?? SPACES.exec(host)?.groups;
  const whole = decode(path);
  const split = found !== undefined && found.bucket === undefined;
  const [first = '', ...rest] = whole.split('/');
  return {
    scheme: 's3',
    bucket: split ? first : (found?.bucket ?? host),
    key: split ? rest.join('/') : whole,
    region: found?.region ?? null,
    endpoint: SPACES.test(host) ? `https://${found?.region}.digitaloceanspaces.com` : null,
  };
}

/** @param {Params} params @returns {Partial<Place>} */
function readEndpoint({ endpoint, region }) {
  if (region !== undefined && region !== null && !/^[a-z0-9-]{1,40}$/.test(`${region}`))
    throw new BadAddress('must be like eu-central-1.', 'params.region');
  const url = typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : null;
  const isGiven = endpoint !== undefined && endpoint !== null && endpoint !== '';
  if (isGiven && (url === null || !/^https?:$/.test(url.protocol) || url.username !== ''))
    throw new BadAddress(
      'must be an http:// or https:// address without a login.',
      'params.endpoint',
    );
  return {
    ...(region ? { region: `${region}` } : {}),
    ...(url === null ? {} : { endpoint: url.href.replace(/\/$/, '') }),
  };
}

/** @param {Partial<Place>} given @returns {Place} */
function makePlace({ scheme = 's3', host = '', bucket = '', key = '', ...more }) {
  if (host === '' && bucket === '') throw new BadAddress('names no server and no bucket.');
  if (bucket !== '' && !/^[\w.-]+$/.test(bucket)) throw new BadAddress('names no valid bucket.');
  if (key === '' || key.endsWith('/')) throw new BadAddress('names no file.');
  if (CONTROL.test(key)) throw new BadAddress('may hold no control characters.');
  const { port = null, region = null, endpoint = null } = more;
  return { scheme, host: host.replace(/^\[(.*)\]$/, '$1'), port, bucket, key, region, endpoint };
}

/** What `params` says of the login, as nexrender's providers read it. @param {Params} params */
function readMore({ login, credentials, user, username, password, ...params }) {
  const given = isRecord(credentials) ? credentials : {};
  const pick = (/** @type {unknown} */ value) =>
    typeof value === 'string' && value ? value : null;
  const profile = pick(given.profile);
  const access = {
    ...{ user: pick(user) ?? pick(username), password: pick(password) },
    ...{ privateKey: pick(params.privateKey), passphrase: pick(params.passphrase) },
    ...{ accessKeyId: pick(given.accessKeyId), secretAccessKey: pick(given.secretAccessKey) },
    ...{ sessionToken: pick(given.sessionToken), profile },
    ...{ roleArn: pick(given.RoleArn), roleSessionName: pick(given.RoleSessionName) },
    ...{ externalId: pick(given.ExternalId), ca: pick(params.ca) },
    strictSSL: params.strictSSL === false ? false : null,
  };
  const set = Object.entries(access).filter(([, value]) => value !== null);
  return {
    access: /** @type {Access} */ (Object.fromEntries(set)),
    login: pick(login) ?? pick(credentials) ?? profile,
  };
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BadAddress('is not well-formed: % stands before two digits only.');
  }
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
