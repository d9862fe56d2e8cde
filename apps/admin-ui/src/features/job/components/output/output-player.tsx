import type { GetOutputLinkOutput } from '@renderdeck/contract';
import { type SyntheticEvent, useState } from 'react';
import { Dialog, Failure } from '../../../../components/dialog.tsx';
import styles from './job-output.module.css';

type Props = {
  name: string;
  shownAs: NonNullable<GetOutputLinkOutput['shownAs']>;
  /** The address at the moment of the click; it stays, so that nothing begins anew. */
  address: string;
  /** Gets a new address; null: the output can no longer be opened. */
  renew: () => Promise<string | null>;
  onClose: () => void;
};

/** Plays or shows an output. When its address is over, it goes on there with a new one. */
export function OutputPlayer({ name, shownAs, address, renew, onClose }: Props) {
  const [source, setSource] = useState({ address, from: 0 });
  const [failed, setFailed] = useState(false);
  const onError = async (at: number) => {
    const next = source.address === address || at > source.from ? await renew() : null;
    if (next === null || next === source.address) setFailed(true);
    else setSource({ address: next, from: at });
  };
  const timed = {
    src: source.address,
    className: styles.media,
    controls: true,
    autoPlay: true,
    'aria-label': name,
    onError: (event: SyntheticEvent<HTMLMediaElement>) =>
      void onError(event.currentTarget.currentTime),
    onLoadedMetadata: ({ currentTarget }: SyntheticEvent<HTMLMediaElement>) => {
      if (source.from > 0) currentTarget.currentTime = source.from;
    },
  };
  return (
    <Dialog title={name} width={960} onClose={onClose}>
      {shownAs === 'picture' && (
        <img
          src={source.address}
          alt={name}
          className={styles.media}
          onError={() => void onError(0)}
        />
      )}
      {shownAs === 'video' && <video {...timed} />}
      {shownAs === 'sound' && <audio {...timed} />}
      <Failure>{failed && 'This browser cannot show it. Download it, or copy its path.'}</Failure>
    </Dialog>
  );
}
