import {
  type FrameSize,
  isSmallWebp,
  MOMENTS,
  PICTURE,
  REPORTED_NO_PICTURE,
} from '@renderdeck/domain';
import { makeStorable } from '../nexrender/make-storable.ts';
import { isRecord } from '../system/is-record.ts';
import type { TakenPicture, TakenPictures } from './picture-order.ts';

const MOST_LINES = 4;
const LONGEST_LINE = 300;
const BASE64 = /^[\w+/]+={0,2}$/;

/**
 * Reads the pictures that a render sends. The render may send anything, so everything is checked:
 * what is not a picture of the right size is left out.
 */
export function readTaken(message: Record<string, unknown>): TakenPictures {
  const { pictures, why, lines } = message;
  const given = Array.isArray(pictures) ? pictures.slice(0, MOMENTS.length) : [];
  return {
    pictures: given.flatMap((one) => readPicture(one) ?? []),
    why: REPORTED_NO_PICTURE.find((known) => known === why) ?? null,
    lines: (Array.isArray(lines) ? lines : [])
      .slice(0, MOST_LINES)
      .map((line) => makeStorable(String(line).slice(0, LONGEST_LINE))),
  };
}

function readPicture(value: unknown): TakenPicture | null {
  if (!isRecord(value)) return null;
  const { frame, moment, width, height, picture, small } = value;
  if (!isSide(width, PICTURE.mostWidth) || !isSide(height, PICTURE.mostHeight)) return null;
  const side = PICTURE.smallSide;
  if (!isWebp(picture, PICTURE.mostBytes, { width, height })) return null;
  if (!isWebp(small, PICTURE.mostSmallBytes, { width: side, height: side })) return null;
  const isFrame = typeof frame === 'number' && Number.isInteger(frame) && Math.abs(frame) < 2 ** 31;
  return {
    frame: isFrame ? frame : null,
    moment: MOMENTS.find((known) => known === moment) ?? null,
    ...{ width, height, picture, small },
  };
}

const isSide = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;

function isWebp(value: unknown, mostBytes: number, most: FrameSize): value is string {
  if (typeof value !== 'string' || !BASE64.test(value)) return false;
  const bytes = Buffer.from(value, 'base64');
  return bytes.length <= mostBytes && isSmallWebp(bytes, most);
}
