import type { SHOWN_AS } from '@renderdeck/contract';
import { fileNameOf } from '@renderdeck/contract';

type Media = {
  readonly type: string;
  readonly shownAs: (typeof SHOWN_AS)[number];
};

/**
 * The only types that this server names: what a browser shows without running anything in it. An
 * SVG or a page could run a script, so it is not here.
 */
const MEDIA: Readonly<Record<string, Media>> = {
  mp4: { type: 'video/mp4', shownAs: 'video' },
  m4v: { type: 'video/mp4', shownAs: 'video' },
  mov: { type: 'video/quicktime', shownAs: 'video' },
  webm: { type: 'video/webm', shownAs: 'video' },
  png: { type: 'image/png', shownAs: 'picture' },
  jpg: { type: 'image/jpeg', shownAs: 'picture' },
  jpeg: { type: 'image/jpeg', shownAs: 'picture' },
  gif: { type: 'image/gif', shownAs: 'picture' },
  webp: { type: 'image/webp', shownAs: 'picture' },
  mp3: { type: 'audio/mpeg', shownAs: 'sound' },
  m4a: { type: 'audio/mp4', shownAs: 'sound' },
  wav: { type: 'audio/wav', shownAs: 'sound' },
};

/** What a browser decodes, as ffprobe names it. Sound in a film is not looked at. */
const CODECS = /^(h264|vp8|vp9|av1|png|mjpeg|gif|webp|mp3|aac|pcm_\w+)\b/;

/** The type of a file. Null: it is only downloaded, as bytes without a type. */
export function mediaOf(path: string): Media | null {
  const [, ending = ''] = /\.(\w+)$/.exec(fileNameOf(path)) ?? [];
  const name = ending.toLowerCase();
  return Object.hasOwn(MEDIA, name) ? (MEDIA[name] ?? null) : null;
}

/** Why a browser does not show a file with this codec, as a sentence; null if it may. */
export function whyNotShown(path: string, codec: string | null): string | null {
  if (mediaOf(path) === null) return 'A browser does not show this kind of file; download it.';
  if (codec === null || CODECS.test(codec)) return null;
  return `A browser does not play ${codec}; download it.`;
}
