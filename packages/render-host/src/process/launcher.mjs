// @ts-check
// The first process of every tree. It is plain JavaScript: a compiler would start its own processes
// inside the tree.
//
// 1. The daemon starts the launcher detached. The launcher leads its own session and group. Its
//    environment contains the attempt's tree marker.
// 2. The launcher sends `ready` and waits. The daemon puts it into the container and records it.
// 3. On `go` the launcher sets its title and imports the named module. From then on the module uses
//    the channel (`process.send`, `process.on('message')`). Earlier messages are kept for it.
// 4. A module ends when its event loop is empty (`process.channel.unref()`) or by an exit. It never
//    disconnects.
// 5. On Windows `flush` comes before the end: the module sends its last lines, and then the
//    launcher answers `flushed`.
// 6. When the channel closes, the daemon is dead. The launcher then kills its whole group.
// 7. As a subreaper, the launcher adopts every orphan of the tree, so it must end last. On TERM it
//    waits for its children. Before it ends by itself, it kills the remaining children.

import { adoptOrphans, listChildren } from './adopt-orphans.mjs';

const isSubreaper = process.argv[2] === 'subreaper';

process.on('disconnect', endGroup);
process.on('message', receiveGo);
if (isSubreaper) {
  await adoptOrphans();
  process.on('SIGTERM', endAfterChildren);
  process.on('exit', endChildren);
}
process.send?.({ launcher: 'ready' });

/** @param {unknown} message */
function receiveGo(message) {
  if (
    typeof message !== 'object' ||
    message === null ||
    !('launcher' in message) ||
    message.launcher !== 'go'
  )
    return;
  if (!('title' in message) || !('modulePath' in message)) return;
  process.off('message', receiveGo);
  process.title = String(message.title);
  import(String(message.modulePath)).then(listenForFlush, (error) => {
    console.error(error);
    process.exitCode = 70;
    process.channel?.unref();
  });
}

/** Call this after the module listens: an earlier listener would take the module's messages. */
function listenForFlush() {
  if (process.platform === 'win32') process.on('message', answerFlush);
}

/**
 * Windows has no TERM. The module gets this message, too, and sends its last lines.
 *
 * @param {unknown} message
 */
function answerFlush(message) {
  if (typeof message !== 'object' || message === null || !('launcher' in message)) return;
  // Runs after all listeners of this message, so the module's lines arrive before the answer.
  if (message.launcher === 'flush')
    setImmediate(() => process.send?.({ launcher: 'flushed' }, () => {}));
}

function endGroup() {
  if (isSubreaper) endChildren();
  process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
}

// A listing can miss a child that starts while its parent ends. So this many must be empty.
const EMPTY_LISTINGS = 4;

function endAfterChildren() {
  let empty = 0;
  const timer = setInterval(() => {
    empty = listChildren().length === 0 ? empty + 1 : 0;
    if (empty < EMPTY_LISTINGS) return;
    clearInterval(timer);
    process.removeAllListeners('SIGTERM');
    process.kill(process.pid, 'SIGTERM');
  }, 3);
}

/** A child keeps its pid until we have read its exit, so each signal reaches the right process. */
function endChildren() {
  const until = performance.now() + 1000;
  for (let empty = 0; empty < EMPTY_LISTINGS && performance.now() < until; ) {
    const children = listChildren();
    for (const pid of children) process.kill(pid, 'SIGKILL');
    empty = children.length === 0 ? empty + 1 : 0;
  }
}
