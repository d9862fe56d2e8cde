/*
 * A file that has its disk space before it needs it, so that it can be written on a full disk.
 *
 * 1. It has two halves of the same size. Each holds one text: a header with its number, its length
 *    and its SHA-256, then its bytes. All bytes of the file are written when it is made. They are
 *    random, because some disks store no space for zeros.
 * 2. A write replaces the older half in place, and syncs it. It needs no new space. After a kill or
 *    a power cut in between, that half does not have its checksum, and the other half counts.
 * 3. The text is that of the half with the higher number, of those with the right checksum.
 *
 * A disk that writes each change to a new place (btrfs, ZFS, APFS, ReFS) may still refuse a write
 * when it is full.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { noFileIsNull } from '../paths/error-code.mjs';
import { openRegular, readRegular } from '../paths/open-regular.mjs';
import { untilReleased } from '../paths/until-released.mjs';
import { writeBytesDurably } from './write-durably.ts';

/** Enough for a report with 1,000 processes. */
const HALF_BYTES = 256 * 1024;
const HEADER = /^renderdeck ([0-9]{1,15}) ([0-9]{1,15}) ([0-9a-f]{64})\n/;
const LONGEST_HEADER = 128;

/** Makes the file with this text. It is complete or absent. A longer text gets longer halves. */
export async function makePreallocated(folder: string, name: string, text: string): Promise<void> {
  const content = contentOf(text, 1);
  const half = Math.max(HALF_BYTES, 2 * content.length);
  const bytes = randomBytes(2 * half);
  content.copy(bytes);
  await writeBytesDurably(folder, name, bytes);
}

/**
 * Replaces the text. When this resolves to true, the text is on the disk. False when the file is
 * missing or damaged, or the text is too long for it; then nothing has changed.
 */
export async function writePreallocated(
  folder: string,
  name: string,
  text: string,
): Promise<boolean> {
  const flags = constants.O_RDWR;
  const path = join(folder, name);
  const file = await untilReleased(() => openRegular(path, { flags })).catch(noFileIsNull);
  if (file === null) return false;
  try {
    const bytes = await file.readFile();
    const found = findText(bytes);
    if (found === null) return false;
    const content = contentOf(text, found.number + 1);
    const half = bytes.length / 2;
    if (content.length > half) return false;
    await writeAt(file, content, found.isFirst ? half : 0);
    await file.datasync();
    return true;
  } finally {
    await file.close();
  }
}

/** The last complete text; null when the file is missing or damaged, or is no regular file. */
export async function readPreallocated(folder: string, name: string): Promise<string | null> {
  const bytes = await readRegular(join(folder, name)).catch(noFileIsNull);
  return bytes === null ? null : (findText(bytes)?.text ?? null);
}

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const left = bytes.subarray(written);
    const { bytesWritten } = await file.write(left, 0, left.length, position + written);
    written += bytesWritten;
  }
}

type Half = { readonly number: number; readonly text: string; readonly isFirst: boolean };

function findText(bytes: Buffer): Half | null {
  const half = bytes.length / 2;
  const [first, second] = [
    readHalf(bytes.subarray(0, half), true),
    readHalf(bytes.subarray(half), false),
  ];
  if (first === null || second === null) return first ?? second;
  return first.number > second.number ? first : second;
}

function readHalf(half: Buffer, isFirst: boolean): Half | null {
  const header = HEADER.exec(half.toString('latin1', 0, LONGEST_HEADER));
  if (header === null) return null;
  const [{ length }, number, bytes, sum] = header;
  const text = half.subarray(length, length + Number(bytes));
  return sumOf(text) === sum ? { number: Number(number), text: text.toString(), isFirst } : null;
}

function contentOf(text: string, number: number): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([
    Buffer.from(`renderdeck ${number} ${bytes.length} ${sumOf(bytes)}\n`),
    bytes,
  ]);
}

const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
