import { type GetOutputLinkInput, refuse } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { TRPCError } from '@trpc/server';
import { mediaOf, whyNotShown } from '../outputs/media-types.ts';
import type { OutputOpener } from '../outputs/open-output.ts';
import type { Links } from '../outputs/sign-link.ts';
import { doneOrThrow } from './rejection-to-error.ts';

type OutputsPort = Pick<AdminPort, 'getOutputLink' | 'getOutputFile' | 'openOutput'>;

const NO_TYPE = 'application/octet-stream';

/** The part of the port that opens outputs. */
export function outputsPort(db: Database, opener: OutputOpener, links: Links): OutputsPort {
  const find = async ({ id, attempt, output: number }: GetOutputLinkInput) =>
    doneOrThrow(await operations.getOutput({ db }, { id, attempt, number }));
  return {
    async getOutputLink({ actor }, { sessionId, ...place }) {
      const found = await find(place);
      const why = await whyNotOpened(opener, found);
      if (why !== null) return { address: null, until: null, shownAs: null, why };
      const { link, until } = links.sign(place, { actor, sessionId });
      const { id, attempt, output } = place;
      const notShown = whyNotShown(found.path, found.codec);
      return {
        address: `/api/jobs/${id}/attempts/${attempt}/outputs/${output}/file?link=${link}`,
        until: until.toISOString(),
        shownAs: notShown === null ? (mediaOf(found.path)?.shownAs ?? null) : null,
        why: notShown,
      };
    },

    async getOutputFile({ actor }, { link, sessionId, ...place }) {
      if (!links.counts(link, place, { actor, sessionId })) throw refuse('output_link_over');
      const found = await find(place);
      const why = whyNoFile(found);
      if (why !== null) throw refuse('output_not_here', why);
      const { path, bytes } = found;
      const media = mediaOf(path);
      return { path, bytes, type: media?.type ?? NO_TYPE, isShown: media !== null };
    },

    openOutput: (file) => opener.open(file),
  };
}

type Found = { kind: string; files: number; path: string; bytes: number; isReplaced: boolean };

/** Why the record itself says that there is no file to open, as a sentence. */
function whyNoFile({ kind, files, isReplaced }: Found): string | null {
  if (kind !== 'file') return `It is a folder with ${files} files. Copy its path.`;
  return isReplaced ? 'A later job has put another file in its place. Copy its path.' : null;
}

async function whyNotOpened(opener: OutputOpener, found: Found): Promise<string | null> {
  const why = whyNoFile(found);
  if (why !== null) return why;
  try {
    const file = await opener.open(found);
    await file.close();
    return null;
  } catch (error) {
    if (error instanceof TRPCError) return error.message;
    throw error;
  }
}
