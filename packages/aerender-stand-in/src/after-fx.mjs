// @ts-check
/**
 * The stand-in for After Effects. It prints aerender's lines and writes a playable output file.
 * Start:, End:, Duration: and Frame Rate: come first, then a numbered line for each frame.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { drawFrame } from './draw-frame.mjs';
import { openOutput } from './open-output.mjs';
import { codeOf, readOptions } from './read-options.mjs';

process.title = 'AfterFX';
process.stdout.on('error', () => {});

const options = readOptions(process.argv.slice(2), process.env);
/** @param {import('./read-options.mjs').Options['misbehave'][number]} what */
const misbehaves = (what) => options.misbehave.includes(what);
if (misbehaves('ignores-term')) process.on('SIGTERM', () => {});

const frames = Math.ceil(options.span / options.step);
const startedAt = Date.now();
try {
  await render();
} catch (cause) {
  const message = cause instanceof Error ? cause.message : String(cause);
  await fail(`After Effects error: ${message} (${codeOf(cause)})`);
}

async function render() {
  if (misbehaves('escapes')) startHelper({ detached: true });
  if (misbehaves('leaves-helper')) startHelper({ detached: false });
  await delay(options.launchMs);
  if (misbehaves('dies-silently')) process.exitCode = 1;
  if (misbehaves('dies-silently')) return;
  if (options.error !== null) return fail(options.error);
  if (misbehaves('hangs-before-start')) return hang();

  const output = misbehaves('writes-nothing') ? null : await openOutput(options, frames);
  await print(`PROGRESS:  ${clock()}: Starting composition “${options.composition}”.`);
  await print(`PROGRESS:  Start: ${timecode(options.firstFrame)}`);
  await print(`PROGRESS:  End: ${timecode(options.firstFrame + options.span - 1)}`);
  await print(`PROGRESS:  Duration: ${timecode(options.span)}`);
  await print(`PROGRESS:  Frame Rate: ${options.frameRate.toFixed(2)} (comp)`);
  await print(`PROGRESS:  Output To: ${options.output}`);
  if (output !== null && output.note !== null) await print(`PROGRESS:  ${output.note}`);

  for (let frame = 0; frame < frames; frame += 1) {
    if (frame >= frames / 2 && misbehaves('stalls')) return hang();
    if (frame >= frames / 2 && misbehaves('fails'))
      return fail('After Effects error: the stand-in was asked to fail.');
    await delay(options.frameMs);
    const { waitsFor } = options;
    while (frame === frames - 1 && waitsFor !== null && !existsSync(waitsFor)) await delay(20);
    await output?.write(drawFrame(frame / frames, options.scriptText));
    if (misbehaves('floods')) await flood();
    const at = timecode(options.firstFrame + frame * options.step);
    const seconds = frame === 0 ? 0 : Math.round((Date.now() - startedAt) / 1000);
    await print(`PROGRESS:  ${at} (${frame + 1}): ${seconds} Seconds`);
  }

  await output?.close();
  await print(`PROGRESS:  ${clock()}: Finished composition “${options.composition}”.`);
  await print(
    `PROGRESS:  Total Time Elapsed: ${Math.round((Date.now() - startedAt) / 1000)} Seconds`,
  );
}

/** @param {string} text */
async function fail(text) {
  await print(`aerender ERROR: ${text}`);
  process.exitCode = 1;
}

/** Stays alive and prints nothing until it is killed. */
async function hang() {
  while (true) await delay(60_000);
}

async function flood() {
  const warning = `WARNING: ${'the stand-in was asked to flood its output '.repeat(10)}\n`;
  const chunk = warning.repeat(Math.ceil(500_000 / warning.length));
  for (let count = 0; count < 10; count += 1) await write(chunk);
}

/** Starts a process that outlives the render, without its pipes; it ends after two minutes. */
function startHelper(/** @type {{ detached: boolean }} */ { detached }) {
  const program = "process.title = 'AfterFX helper'; setTimeout(() => {}, 120_000);";
  spawn(process.execPath, ['-e', program], {
    detached,
    stdio: 'ignore',
    windowsHide: true,
  }).unref();
}

/** @param {string} line */
function print(line) {
  return write(`${line}\n`);
}

/** Resolves when the text is written or the reader has closed the pipe. @param {string} text */
function write(text) {
  return new Promise((resolve) => process.stdout.write(text, resolve));
}

/** @param {number} frame */
function timecode(frame) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const seconds = Math.floor(frame / options.frameRate);
  const hours = Math.floor(seconds / 3600);
  const minutes = two(Math.floor(seconds / 60) % 60);
  return `${hours}:${minutes}:${two(seconds % 60)}:${two(frame % options.frameRate)}`;
}

function clock() {
  return new Date().toLocaleString('en-US').replaceAll('\u202f', ' ');
}
