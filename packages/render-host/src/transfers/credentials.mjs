// @ts-check
/**
 * Chooses the login for a source or an upload. A login of RENDERDECK_CREDENTIALS_FILE goes only to
 * the servers that its entry lists, because a job may name any server. Beside such a login, a job
 * gives nothing that could lead the login elsewhere or let it do more than read: no proxy, no rule
 * for certificates, no method and no header of its own.
 *
 * @typedef {import('./stores/store.ts').Place} Place
 * @typedef {import('./stores/store.ts').Access} Access
 * @typedef {import('./store-address.mjs').Address} Address
 *
 * @typedef {object} Credential an entry of RENDERDECK_CREDENTIALS_FILE
 * @property {string} name
 * @property {readonly string[]} for the servers: `sftp://host`, `ftp://host:2121`, `s3://bucket`,
 * `gs://*`, `https://host`
 * @property {Access} access
 * @property {string | null} endpoint
 * @property {string | null} region
 * @property {Readonly<Record<string, string>>} headers for http and https
 */
import { writeAddress } from './store-address.mjs';
import { TransferFailed } from './transfer-failed.mjs';

/** @type {Record<string, number>} */
const PORTS = { ftp: 21, ftps: 21, sftp: 22 };

/**
 * The place and the login that count, or the name of the entry that is missing. The entry is the
 * one that the job names; else the first one for this server, if the job brings no login.
 *
 * @param {Address} address
 * @param {readonly Credential[]} credentials
 * @returns {{ place: Place, access: Access, entry: string | null } | { missing: string }}
 */
export function chooseAccess({ place, access, login }, credentials) {
  const own = { place, access, entry: null };
  const fits = credentials.filter((one) => isForPlace(one, place));
  if (login !== null) {
    const named = fits.find(({ name }) => name === login);
    if (named !== undefined) return join(place, named);
    // nexrender's `profile` may also be one of the AWS configuration of the host.
    return access.profile === login ? own : { missing: login };
  }
  const [first] = fits;
  return bringsLogin(access) || first === undefined ? own : join(place, first);
}

/** Whether the job has a login of its own. @param {Access} access of the job */
export function bringsLogin({ user, password, accessKeyId, privateKey, roleArn }) {
  return [user, password, accessKeyId, privateKey, roleArn].some((one) => one !== undefined);
}

/**
 * As `chooseAccess`, inside the render. A missing entry is a failure.
 *
 * @param {Address} address
 * @param {readonly Credential[]} credentials
 */
export function accessOf(address, credentials) {
  const chosen = chooseAccess(address, credentials);
  if (!('missing' in chosen)) return chosen;
  const where = writeAddress({ ...address.place, key: '' });
  throw new TransferFailed(
    `RENDERDECK_CREDENTIALS_FILE of this host has no login ${chosen.missing} for ${where}`,
  );
}

/** What a source may give beside a login of the host. */
const NOT_BESIDE = /** @type {const} */ (['proxy', 'noProxy', 'ca', 'cert', 'key', 'body']);
const HARMLESS = ['accept', 'accept-language', 'user-agent'];
const READING = ['GET', 'HEAD'];

/**
 * The headers that an entry of this host adds for this http(s) address, or which field of the
 * source must not stand beside them. A login in the address counts in place of the entry.
 *
 * @param {URL} url
 * @param {import('./request.mjs').Params} params
 * @param {readonly Credential[]} credentials
 * @returns {{ headers: Readonly<Record<string, string>> } | { refused: string }} `refused`: a
 * sentence that begins with a field of the source, without a full stop
 */
export function loginFor(url, params, credentials) {
  const found = credentials.find((one) =>
    one.for.some((server) => /^https?:/i.test(server) && new URL(server).origin === url.origin),
  );
  if (found === undefined || url.username !== '') return { headers: {} };
  const refused = findRefused(params);
  if (refused !== undefined)
    return {
      refused: `params.${refused} for ${url.origin}, where this host adds its login ${found.name}`,
    };
  const { user, password = '' } = found.access;
  const login = Buffer.from(`${user}:${password}`).toString('base64');
  const own = user === undefined ? {} : { authorization: `Basic ${login}` };
  return { headers: { ...own, ...found.headers } };
}

/** @param {import('./request.mjs').Params} params */
function findRefused({ headers, method, strictSSL, ...params }) {
  const isGiven = (/** @type {unknown} */ value) => value !== undefined && value !== null;
  const named = NOT_BESIDE.find((name) => isGiven(params[name]));
  if (named !== undefined) return `${named} may not be given`;
  if (strictSSL === false) return 'strictSSL may not be false';
  if (method && !READING.includes(String(method).toUpperCase()))
    return `method must be ${READING.join(' or ')}`;
  const others = Object.keys(headers ?? {}).filter(
    (name) => !HARMLESS.includes(name.toLowerCase()),
  );
  return others.length === 0 ? undefined : `headers may hold only ${HARMLESS.join(', ')}`;
}

/**
 * The place and the login of an entry. Nothing of the job's own login or of its rule for
 * certificates stays.
 *
 * @param {Place} place @param {Credential} credential
 */
function join(place, { name, access, endpoint, region }) {
  return {
    place: { ...place, endpoint: endpoint ?? place.endpoint, region: place.region ?? region },
    access,
    entry: name,
  };
}

/** @param {Credential} credential @param {Place} place */
function isForPlace({ for: servers, endpoint }, { scheme, host, port, bucket, ...place }) {
  // A job must not lead a login to an S3 or GCS of its own.
  if (place.endpoint !== null && place.endpoint !== endpoint) return false;
  return servers.some((server) => {
    const [, its = '', name = ''] = /^([a-z0-9]+):\/\/([^/]+)\/?$/i.exec(server) ?? [];
    if (its.toLowerCase() !== scheme) return false;
    if (bucket !== '') return name === '*' || name === bucket;
    const usual = PORTS[scheme];
    const [, itsHost = '', itsPort] = /^(.*?)(?::(\d+))?$/.exec(name) ?? [];
    return (
      itsHost.toLowerCase() === host.toLowerCase() && Number(itsPort ?? usual) === (port ?? usual)
    );
  });
}
