import { isRunning, PICTURE, type WireJob, type WirePicture } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { pictureAddress, pictureTitle } from '../../../components/pictures/picture-address.ts';
import styles from '../../../components/pictures/pictures.module.css';
import { RelativeTime } from '../../../components/time/times.tsx';

/** The pictures of a job. While it runs they are read again every ten seconds. */
function useJobPictures(id: string, running: boolean) {
  const { client, trpc } = useApi();
  return useQuery({
    queryKey: trpc.listPictures.queryKey({ ids: [id] }),
    queryFn: async ({ signal }) => {
      const { jobs } = await client.listPictures.query({ ids: [id] }, { signal });
      return jobs[0] ?? null;
    },
    refetchInterval: running ? PICTURE.everyMs : false,
  });
}

/** What the job renders: a picture, the ones before it, and a larger view. */
export function JobPictures({ job }: { job: WireJob }) {
  const { data } = useJobPictures(job.id, isRunning(job.status));
  const [number, setNumber] = useState<number | null>(null);
  const [isLarge, setLarge] = useState(false);
  if (data === undefined || data === null || job.attempt === null) return null;
  const { pictures, noPicture } = data;
  const isFilm = pictures.some(({ moment }) => moment !== null);
  const usual = pictures.find(({ moment }) => moment === 'middle') ?? pictures.at(-1);
  const shown = pictures.find((one) => one.number === number) ?? usual;
  if (shown === undefined)
    return (
      <section className={styles.box} aria-label="Picture">
        <div className={styles.frame}>{noPicture}</div>
      </section>
    );
  const place = pictures.indexOf(shown);
  const go = (by: number) => {
    const next = pictures[place + by];
    // At the newest picture the box goes on with the render.
    if (next !== undefined) setNumber(next === usual && !isFilm ? null : next.number);
  };
  const view = { id: job.id, shown, place, last: pictures.length - 1, go };
  return (
    <section className={styles.box} aria-label="Picture">
      <Picture {...view} className={styles.frame ?? ''}>
        <IconButton aria-label="Larger picture" onClick={() => setLarge(true)}>
          ⤢
        </IconButton>
      </Picture>
      {isFilm && <Moments id={job.id} pictures={pictures} shown={shown} onChoose={setNumber} />}
      {isLarge && (
        <Dialog title={job.name} width={960} onClose={() => setLarge(false)}>
          <Picture {...view} className={`${styles.frame} ${styles.large}`} />
        </Dialog>
      )}
    </section>
  );
}

type PictureProps = {
  id: string;
  shown: WirePicture;
  place: number;
  last: number;
  go: (by: number) => void;
  className: string;
  children?: ReactNode;
};

/** One picture with its caption. The arrow keys and two buttons lead to the others. */
function Picture({ id, shown, place, last, go, className, children }: PictureProps) {
  const [failed, setFailed] = useState<string | null>(null);
  const address = pictureAddress(id, shown);
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'ArrowLeft') go(-1);
    if (key === 'ArrowRight') go(1);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of its buttons
    <div onKeyDown={onKeyDown}>
      <div className={className}>
        {failed === address ? (
          'Picture not loaded'
        ) : (
          <img src={address} alt={pictureTitle(shown)} onError={() => setFailed(address)} />
        )}
      </div>
      <div className={styles.caption}>
        <span>
          {pictureTitle(shown)}
          {shown.moment === null && (
            <>
              , <RelativeTime at={shown.at} />
            </>
          )}
        </span>
        <Step label="Earlier picture" isEnd={place === 0} onClick={() => go(-1)}>
          ‹
        </Step>
        <Step label="Later picture" isEnd={place === last} onClick={() => go(1)}>
          ›
        </Step>
        {children}
      </div>
    </div>
  );
}

type StepProps = { label: string; isEnd: boolean; onClick: () => void; children: string };

function Step({ label, isEnd, onClick, children }: StepProps) {
  return (
    <IconButton aria-label={label} aria-disabled={isEnd || undefined} onClick={onClick}>
      {children}
    </IconButton>
  );
}

const MOMENT_LABELS = { first: 'First', middle: 'Middle', last: 'Last' } as const;

type MomentsProps = {
  id: string;
  pictures: readonly WirePicture[];
  shown: WirePicture;
  onChoose: (number: number) => void;
};

/** The frames of a finished film, to choose from. */
function Moments({ id, pictures, shown, onChoose }: MomentsProps) {
  return (
    <div className={styles.moments}>
      {pictures.map((picture) => (
        <button
          key={picture.number}
          type="button"
          aria-pressed={picture === shown}
          onClick={() => onChoose(picture.number)}
        >
          <img src={pictureAddress(id, picture)} alt="" loading="lazy" />
          {picture.moment === null ? pictureTitle(picture) : MOMENT_LABELS[picture.moment]}
        </button>
      ))}
    </div>
  );
}
