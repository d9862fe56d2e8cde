// @ts-check
/** Makes the small copies of a frame: WebP, with a lower quality until it is small enough. */

/** The same numbers as PICTURE of the domain, which a program inside a render does not load. */
export const LIMITS = { side: 320, bytes: 40_000, smallSide: 96, smallBytes: 4000 };
/** 8K has 33 million pixels. A larger frame would take too much memory. */
export const MOST_PIXELS = 40_000_000;
const QUALITIES = [80, 60, 40, 20, 5];
/** The loaders of the formats that sharp may read. Others may read further files. */
const LOADERS = ['Png', 'Jpeg', 'Tiff', 'Webp'].map((name) => `VipsForeignLoad${name}Buffer`);

/** Thrown when sharp is not on this host. */
export class NoSharp extends Error {}

/** @typedef {Awaited<ReturnType<typeof loadSharp>>} Sharp */

export async function loadSharp() {
  try {
    const { default: sharp } = await import('sharp');
    sharp.cache(false);
    sharp.concurrency(1);
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: LOADERS });
    return sharp;
  } catch (cause) {
    const [reason] = String(cause instanceof Error ? cause.message : cause).split('\n');
    throw new NoSharp(`sharp cannot be loaded: ${reason}`);
  }
}

/**
 * @param {Sharp} sharp
 * @param {Buffer} file the whole file of the frame. A file that breaks off is refused.
 */
export async function shrink(sharp, file) {
  const input = { failOn: /** @type {const} */ ('error'), limitInputPixels: MOST_PIXELS };
  const { data, info } = await sharp(file, { ...input, sequentialRead: true })
    .resize({ width: LIMITS.side, height: LIMITS.side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const frame = () => sharp(data, { raw: { width, height, channels } });
  const side = LIMITS.smallSide;
  const smaller = () =>
    frame().resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
  return {
    width,
    height,
    picture: (await encode(frame, LIMITS.bytes)).toString('base64'),
    small: (await encode(smaller, LIMITS.smallBytes)).toString('base64'),
  };
}

/** @param {() => ReturnType<Sharp>} frame @param {number} most */
async function encode(frame, most) {
  for (const quality of QUALITIES) {
    const bytes = await frame().webp({ quality, effort: 3 }).toBuffer();
    if (bytes.length <= most) return bytes;
  }
  throw new Error(`it is larger than ${most} bytes at the lowest quality`);
}
