import type { WirePicture } from '@renderdeck/contract';

/** The address of a picture. Its bytes never change, so the browser keeps them. */
export function pictureAddress(id: string, { attempt, number }: WirePicture): string {
  return `/api/jobs/${id}/attempts/${attempt}/pictures/${number}`;
}

/** "Frame 412", or "Frame 490, middle" of a finished film. */
export function pictureTitle({ frame, moment }: WirePicture): string {
  const name = frame === null ? 'A frame' : `Frame ${frame}`;
  return moment === null ? name : `${name}, ${moment}`;
}
