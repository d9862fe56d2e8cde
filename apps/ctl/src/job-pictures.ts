import { writeFile } from 'node:fs/promises';
import type { WirePicture } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { Failure } from './explain-failure.ts';
import { formatTable, shortTime } from './format-table.ts';
import { findJobId } from './job-id.ts';
import type { Perform } from './perform.ts';

type Options = { json?: boolean; save?: string; number?: number };

/** `ctl jobs pictures` lists the pictures of a job, and saves one of them. */
export function addPictures(jobs: Command, perform: Perform): void {
  jobs
    .command('pictures <id>')
    .description('the pictures of what the newest attempt of a job renders')
    .option('--save <file>', 'write a picture, a WebP, to this file')
    .option('--number <n>', 'the picture to save (default: the newest)', wholeNumber)
    .addOption(jsonOption())
    .action((given: string, { json = false, save, number }: Options) =>
      perform({ json }, async (api) => {
        const id = await findJobId(api, given);
        const { jobs: found } = await api.listPictures.query({ ids: [id] });
        const [job] = found;
        if (job === undefined) throw new Failure('job_not_found', `No job has the id ${id}.`);
        const { pictures } = job;
        const wanted = pictures.findLast((one) => number === undefined || one.number === number);
        if (save === undefined) return { lines: table(pictures, job.noPicture), json: job };
        if (wanted === undefined)
          throw new Failure('picture_not_found', job.noPicture ?? `No picture ${number} is kept.`);
        const { attempt, number: picture } = wanted;
        const { webp } = await api.getPicture.query({ id, attempt, picture });
        await writeFile(save, Buffer.from(webp, 'base64'));
        return { lines: [`Saved picture ${picture} as ${save}.`], json: wanted };
      }),
    );
}

const table = (pictures: readonly WirePicture[], noPicture: string | null) =>
  formatTable(
    ['picture', 'frame', 'of', 'size', 'at'],
    pictures.map(({ number, frame, moment, width, height, at }) => [
      String(number),
      frame === null ? '' : String(frame),
      moment ?? '',
      `${width} × ${height}`,
      shortTime(at),
    ]),
    noPicture ?? 'None.',
  );
