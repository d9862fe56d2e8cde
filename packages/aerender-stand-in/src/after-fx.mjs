// @ts-check
/**
 * The stand-in for After Effects: prints aerender's lines at the wanted pace and writes a real, playable output file.
 * Start:, End:, Duration: and Frame Rate: come first, then one line per frame with its number in parentheses.
 */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { drawFrame } from './draw-frame.mjs';
import { openOutput } from './open-output.mjs';
import { codeOf, readOptions } from './read-options.mjs';

process.title = 'AfterFX';
process.stdout.on('error', () => {});

const options = readOptions(process.argv.slice(2), process.env);
/** @param {import('./read-options.mjs').Options['misbehave'][number]} what */
const does = (what) => options.misbehave.includes(what);
if (does('ignores-term')) process.on('SIGTERM', () => {});

const frames = Math.ceil(options.span / options.step);
const startedAt = Date.now();
try {
  await render();
} catch (cause) {
  await fail(
    `After Effects error: ${cause instanceof Error ? cause.message : String(cause)} (${codeOf(cause)})`,
  );
}

async function render() {
  if (does('escapes')) startHelper({ detached: true });
  if (does('leaves-helper')) startHelper({ detached: false });
  await delay(options.launchMs);
  if (does('dies-silently')) process.exitCode = 1;
  if (does('dies-silently')) return;
  if (options.error !== null) return fail(options.error);
  if (does('hangs-before-start')) return hang();

  const output = does('writes-nothing') ? null : await openOutput(options, frames);
  await say(`PROGRESS:  ${clock()}: Starting composition “${options.composition}”.`);
  await say(`PROGRESS:  Start: ${timecode(options.firstFrame)}`);
  await say(`PROGRESS:  End: ${timecode(options.firstFrame + options.span - 1)}`);
  await say(`PROGRESS:  Duration: ${timecode(options.span)}`);
  await say(`PROGRESS:  Frame Rate: ${options.frameRate.toFixed(2)} (comp)`);
  await say(`PROGRESS:  Output To: ${options.output}`);
  if (output !== null && output.note !== null) await say(`PROGRESS:  ${output.note}`);

  for (let frame = 0; frame < frames; frame += 1) {
    if (frame >= frames / 2 && does('stalls')) return hang();
    if (frame >= frames / 2 && does('fails'))
      return fail('After Effects error: the stand-in was asked to fail.');
    await delay(options.frameMs);
    await output?.write(drawFrame(frame / frames, options.scriptText));
    if (does('floods')) await flood();
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    await say(
      `PROGRESS:  ${timecode(options.firstFrame + frame * options.step)} (${frame + 1}): ${frame === 0 ? 0 : seconds} Seconds`,
    );
  }

  await output?.close();
  await say(`PROGRESS:  ${clock()}: Finished composition “${options.composition}”.`);
  await say(
    `PROGRESS:  Total Time Elapsed: ${Math.round((Date.now() - startedAt) / 1000)} Seconds`,
  );
}

/** @param {string} text */
async function fail(text) {
  await say(`aerender ERROR: ${text}`);
  process.exitCode = 1;
}

/** Stays alive and silent until somebody ends it. */
async function hang() {
  while (true) await delay(60_000);
}

async function flood() {
  const warning = `WARNING: ${'the stand-in was asked to flood its output '.repeat(10)}\n`;
  const chunk = warning.repeat(Math.ceil(500_000 / warning.length));
  for (let count = 0; count < 10; count += 1) await write(chunk);
}

/** A process that outlives the render, with no pipe of ours open; it ends by itself after two minutes. */
function startHelper(/** @type {{ detached: boolean }} */ { detached }) {
  const program = "process.title = 'AfterFX helper'; setTimeout(() => {}, 120_000);";
  spawn(process.execPath, ['-e', program], {
    detached,
    stdio: 'ignore',
    windowsHide: true,
  }).unref();
}

/** @param {string} line */
function say(line) {
  return write(`${line}\n`);
}

/** Resolves when the pipe has taken the text, or when nobody reads it any more. @param {string} text */
function write(text) {
  return new Promise((resolve) => process.stdout.write(text, resolve));
}

/** @param {number} frame */
function timecode(frame) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const seconds = Math.floor(frame / options.frameRate);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}:${two(frame % options.frameRate)}`;
}

function clock() {
  return new Date().toLocaleString('en-US').replaceAll('\u202f', ' ');
}
