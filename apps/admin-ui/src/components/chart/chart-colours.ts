import type { Fill } from './plot-spec.ts';

export type Colours = {
  readonly text: string;
  readonly line: string;
  readonly surface: string;
  readonly of: (fill: Fill) => string;
};

/** The colours of the page now; those of the system if it forces its own. */
export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--rd-${name}`).trim();
  if (window.matchMedia('(forced-colors: active)').matches)
    return { text: 'CanvasText', line: 'GrayText', surface: 'Canvas', of: () => 'CanvasText' };
  return {
    text: token('dimmed'),
    line: token('line'),
    surface: token('bg'),
    of: (fill) => token(`fill-${fill === 'hollow' ? 'running' : fill}`),
  };
}

const TILE_PX = 6;

/**
 * A fill with the shape of its end, so that ends differ without colour. The shape is drawn at the
 * size of the device's pixels.
 */
export function patternOf(
  context: CanvasRenderingContext2D,
  fill: Fill,
  { of, surface }: Colours,
  pixelRatio: number,
): string | CanvasPattern {
  if (fill === 'finished' || fill === 'running') return of(fill);
  if (fill === 'given-back' || fill === 'hollow') return surface;
  const size = Math.round(TILE_PX * pixelRatio);
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const draw = tile.getContext('2d');
  if (draw === null) return of(fill);
  draw.fillStyle = of(fill);
  draw.fillRect(0, 0, size, size);
  draw.strokeStyle = surface;
  draw.lineWidth = pixelRatio;
  draw.beginPath();
  if (fill === 'stopped') {
    draw.moveTo(0, size / 2);
    draw.lineTo(size, size / 2);
  } else {
    // Three lines, so that the stripes go on in the next tile.
    for (const shift of [-size, 0, size]) {
      draw.moveTo(shift, size);
      draw.lineTo(shift + size, 0);
      if (fill === 'unproven') {
        draw.moveTo(shift, 0);
        draw.lineTo(shift + size, size);
      }
    }
  }
  draw.stroke();
  return context.createPattern(tile, 'repeat') ?? of(fill);
}
