// @ts-check
/**
 * Chooses the login for a source or an upload. A login of RENDERDECK_CREDENTIALS_FILE goes only to
 * the servers that its entry lists, because a job may name any server.
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
    if (named !== undefined) return join(place, access, named);
    // nexrender's `profile` may also be one of the AWS configuration of the host.
    return access.profile === login ? own : { missing: login };
  }
  const { user, password, accessKeyId, privateKey, roleArn } = access;
  const [first] = fits;
  const brings = [user, password, accessKeyId, privateKey, roleArn].some(
    (one) => one !== undefined,
  );
  return brings || first === undefined ? own : join(place, access, first);
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

/**
 * The headers that the entries of this host add for this http(s) address.
 *
 * @param {URL} url
 * @param {readonly Credential[]} credentials
 * @returns {Readonly<Record<string, string>>}
 */
export function headersFor(url, credentials) {
  const found = credentials.find((one) =>
    one.for.some((server) => /^https?:/i.test(server) && new URL(server).origin === url.origin),
  );
  if (found === undefined) return {};
  const { user, password = '' } = found.access;
  const login = Buffer.from(`${user}:${password}`).toString('base64');
  return { ...(user === undefined ? {} : { authorization: `Basic ${login}` }), ...found.headers };
}

/** @param {Place} place @param {Access} access @param {Credential} credential */
function join(place, { strictSSL, ca }, { name, access, endpoint, region }) {
  const tls = { ...(strictSSL === undefined ? {} : { strictSSL }), ...(ca ? { ca } : {}) };
  return {
    place: { ...place, endpoint: endpoint ?? place.endpoint, region: place.region ?? region },
    access: { ...tls, ...access },
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
