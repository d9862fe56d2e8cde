// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokensOf(selector: string): Map<string, string> {
  const block = css.split(`${selector} {`)[1]?.split('}')[0] ?? '';
  return new Map(
    [...block.matchAll(/--rd-([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name = '', colour = '']) => [
      name,
      colour,
    ]),
  );
}

/** WCAG 2 contrast ratio of two colours. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const BACKGROUNDS = [
  'bg',
  'canvas',
  'bg-hover',
  'bg-selected',
  'bg-failed',
  'bg-unproven',
  'bg-warning',
];
const TEXTS = [
  'text',
  'dimmed',
  'link',
  'error',
  'queued',
  'running',
  'stopping',
  'stopped',
  'unproven',
  'finished',
  'failed',
];
const FILLS = ['finished', 'running', 'failed', 'stopped', 'unproven', 'given-back'];
const MARKS = ['border', 'focus', ...FILLS.map((end) => `fill-${end}`)];

describe.each(['light', 'dark'])('the colours of the %s scheme', (scheme) => {
  const tokens = tokensOf(`html:root[data-mantine-color-scheme="${scheme}"]`);
  const of = (name: string) =>
    tokens.get(name) ?? expect.fail(`tokens.css has no --rd-${name} for ${scheme}`);

  it.each(TEXTS.flatMap((text) => BACKGROUNDS.map((background) => [text, background])))(
    '%s can be read on %s',
    (text, background) => {
      expect(contrast(of(text), of(background))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(MARKS)('%s can be seen on every plain background', (mark) => {
    expect(contrast(of(mark), of('bg'))).toBeGreaterThanOrEqual(3);
  });

  it('text on a match can be read', () => {
    expect(contrast(of('text'), of('match'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('on-match-current'), of('match-current'))).toBeGreaterThanOrEqual(4.5);
  });
});

it('text on filled buttons can be read', () => {
  const tokens = tokensOf('html:root');
  for (const fill of ['primary', 'danger']) {
    expect(contrast(tokens.get('on-filled') ?? '', tokens.get(fill) ?? '')).toBeGreaterThanOrEqual(
      4.5,
    );
  }
});
