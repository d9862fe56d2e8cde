// @ts-check
// The first process of every tree, in plain JavaScript, so that no compiler starts a process of its own inside the tree.
//
// 1. It is started detached, as leader of its own session and group, with the attempt's treeMarker in its environment.
// 2. It says `ready` over the channel and does nothing more. Meanwhile the daemon puts it into the container and records its identity.
// 3. At `go` it takes its title and imports the module named there. From then on the channel is the module's: `process.send` and
//    `process.on('message')`; messages sent before the module listens are kept for it. A module ends by letting its loop empty
//    (`process.channel.unref()`) or by an exit; it never disconnects.
// 4. The channel closing means that the daemon is dead: the launcher ends its whole group, itself included.
//
// As a subreaper it is also the parent of every orphan of the tree, so it must be the last to go: at TERM it waits for its children,
// and when it ends by itself it ends what is left of them first.

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
  import(String(message.modulePath)).catch((error) => {
    console.error(error);
    process.exitCode = 70;
    process.channel?.unref();
  });
}

function endGroup() {
  if (isSubreaper) endChildren();
  process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
}

// A listing can miss a child that is born while its parent ends, so one that is empty must be seen this often.
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

/** Children of ours keep their pid until we reap them, so each signal reaches the process that was meant. */
function endChildren() {
  const until = performance.now() + 1000;
  for (let empty = 0; empty < EMPTY_LISTINGS && performance.now() < until; ) {
    const children = listChildren();
    for (const pid of children) process.kill(pid, 'SIGKILL');
    empty = children.length === 0 ? empty + 1 : 0;
  }
}
