// @ts-check
/**
 * Refuses connections of this process to addresses that sources may not be on. The check runs at
 * the moment of the connection, so it also finds a name that resolves to such an address and a
 * redirect to one. It holds for all code in this process, action modules included, but not for the
 * programs that this process starts.
 *
 * @typedef {import('node:net').LookupFunction} LookupFunction
 */
import { lookup as lookupName } from 'node:dns';
import { isIP, Socket } from 'node:net';
import { readAddressRules } from './source-addresses.mjs';

/** RFC 2606 reserves this ending, so the name never exists. */
const NO_HOST = 'refused.invalid';

/**
 * @param {import('@renderdeck/domain').AddressRules} rules
 * @param {(sentence: string) => void} onRefused
 */
export function guardConnections(rules, onRefused) {
  const { refuses, allows } = readAddressRules(rules);
  const refuse = (/** @type {string} */ host, /** @type {string} */ address) => {
    const error = new Error(describe(host, address));
    onRefused(`A connection was refused: ${error.message}.`);
    return error;
  };
  const { connect } = Socket.prototype;
  // Every connection of http, https, fetch and proxies uses this method.
  Socket.prototype.connect = new Proxy(connect, {
    apply(target, socket, args) {
      const options = readOptions(args);
      if (options === null) return Reflect.apply(target, socket, args);
      const host = String(options.host ?? 'localhost');
      if (allows(host)) return Reflect.apply(target, socket, args);
      if (refuses(host)) {
        // Callers handle the failure of an unknown name, and they listen for it in time.
        options.host = NO_HOST;
        options.lookup = failLookup(refuse(host, host));
      } else if (isIP(host) === 0)
        options.lookup = guardLookup(options.lookup, (address) =>
          refuses(address) ? refuse(host, address) : null,
        );
      return Reflect.apply(target, socket, writeOptions(args, options));
    },
  });
}

/** @param {string} host @param {string} address */
function describe(host, address) {
  const where = host === address ? host : `${host} is ${address}, which`;
  return (
    `${where} may not be reached by jobs: it is a link-local or metadata address, or ` +
    'RENDERDECK_REFUSE_ADDRESSES names it; RENDERDECK_ALLOW_ADDRESSES lists exceptions'
  );
}

/**
 * Returns a copy of the options of a TCP connection; null for any other connection. Node passes
 * `[options, callback]` in one array. Other callers pass options, or a port and a host.
 *
 * @param {unknown[]} args
 * @returns {Record<string, unknown> | null}
 */
function readOptions([first, second]) {
  const given = Array.isArray(first) ? first[0] : first;
  if (typeof given === 'object' && given !== null)
    return 'path' in given && given.path ? null : { ...given };
  if (typeof given === 'number' || /^\d+$/.test(String(given)))
    return typeof second === 'string' ? { port: given, host: second } : { port: given };
  return null;
}

/** @param {unknown[]} args @param {Record<string, unknown>} options */
function writeOptions(args, options) {
  const [first, ...rest] = args;
  if (Array.isArray(first)) {
    first[0] = options; // Node has set a mark on this array
    return args;
  }
  return [options, ...rest.filter((arg) => typeof arg === 'function')];
}

/** @param {Error} error @returns {LookupFunction} */
function failLookup(error) {
  return (_name, _options, callback) => void setImmediate(callback, error, '', 0);
}

/**
 * @param {unknown} given
 * @param {(address: string) => Error | null} check
 * @returns {LookupFunction}
 */
function guardLookup(given, check) {
  const lookup = typeof given === 'function' ? given : lookupName;
  return (name, options, callback) => {
    lookup(
      name,
      options,
      (
        /** @type {Error | null} */ error,
        /** @type {string | { address: string }[]} */ found,
        /** @type {number} */ family,
      ) => {
        const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
        const refused = error === null ? addresses.map(check).find((one) => one !== null) : null;
        Reflect.apply(callback, null, [refused ?? error, found, family]);
      },
    );
  };
}
