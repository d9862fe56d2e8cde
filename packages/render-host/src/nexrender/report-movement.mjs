// @ts-check
/**
 * Tells the daemon what this process moves: the bytes of a copy and of its connections, and the
 * progress of an encoding. The daemon measures the files in the scratch folder itself. The daemon
 * ends a render that moves nothing, so this process sends nothing while nothing changes.
 */
import { Socket } from 'node:net';
import { send } from './child-channel.mjs';
import { writeBytes } from './write-bytes.mjs';

const EVERY_MS = 250;
/** The progress of ffmpeg, as ffmpeg prints it. */
const ENCODED = /\btime=(\d+):(\d+):(\d+(?:\.\d+)?)/g;

/** @typedef {'copy' | 'encoding' | 'network'} Kind */
/** @type {Map<Kind, { amount: number, text: string }>} */
const changed = new Map();
let copied = 0;

/** Starts the reports, for as long as this process runs. */
export function startReports() {
  const countNetwork = watchConnections();
  let networkBytes = 0;
  const report = () => {
    const bytes = countNetwork();
    if (bytes !== networkBytes)
      changed.set('network', { amount: bytes, text: `${writeBytes(bytes)} over the network` });
    networkBytes = bytes;
    for (const [kind, { amount, text }] of changed) send({ type: 'moved', kind, amount, text });
    changed.clear();
  };
  setInterval(report, EVERY_MS).unref();
}

/** Reports copied bytes. @param {number} bytes @param {string} text what was copied so far */
export function reportCopied(bytes, text) {
  copied += bytes;
  changed.set('copy', { amount: copied, text });
}

/** Reads the progress of ffmpeg from one of its lines. @param {string} line */
export function readEncoding(line) {
  const [, hours, minutes, seconds] = [...line.matchAll(ENCODED)].at(-1) ?? [];
  if (hours === undefined || minutes === undefined || seconds === undefined) return;
  const amount = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  changed.set('encoding', { amount, text: `${amount} s of the film encoded` });
}

/**
 * Counts the bytes of every connection that this process opens from now on, encrypted ones too.
 *
 * @returns {() => number}
 */
function watchConnections() {
  /** @type {Set<Socket>} */
  const open = new Set();
  let closedBytes = 0;
  const bytesOf = (/** @type {Socket} */ { bytesRead, bytesWritten }) => bytesRead + bytesWritten;
  const { connect } = Socket.prototype;
  // No event of Node reports encrypted connections too. Node and its fetch both call this method.
  Socket.prototype.connect = new Proxy(connect, {
    apply(target, socket, args) {
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        closedBytes += bytesOf(socket);
      });
      return Reflect.apply(target, socket, args);
    },
  });
  return () => [...open].reduce((sum, socket) => sum + bytesOf(socket), closedBytes);
}
