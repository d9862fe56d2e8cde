import { useCallback, useSyncExternalStore } from 'react';
import { useApi } from '../../api/api.ts';
import { pictureTitle } from './picture-address.ts';
import styles from './pictures.module.css';
import { rowPicturesOf } from './row-picture-store.ts';

/** The picture of a row, or an empty box that says why there is none. */
export function RowPictureImage({ id, runs }: { id: string; runs: boolean }) {
  const store = rowPicturesOf(useApi().client);
  const subscribe = useCallback(
    (listener: () => void) => store.watch(id, runs, listener),
    [store, id, runs],
  );
  const found = useSyncExternalStore(subscribe, () => store.get(id));
  const newest = found?.pictures.at(-1);
  if (found === undefined || found.small === null || newest === undefined)
    return <RowBox why={found?.noPicture ?? ''} />;
  return (
    <img
      className={styles.row}
      src={`data:image/webp;base64,${found.small}`}
      alt=""
      title={pictureTitle(newest)}
      width={48}
      height={27}
    />
  );
}

/** The box of a row without a picture. */
function RowBox({ why }: { why: string }) {
  return <span className={styles.row} role="img" aria-label={why || 'Loading'} title={why} />;
}
