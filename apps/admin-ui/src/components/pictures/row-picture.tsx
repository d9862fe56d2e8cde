import { lazy, Suspense } from 'react';

/** Pictures come after the rows: their code and their bytes. */
const RowPictureImage = lazy(async () => ({
  default: (await import('./row-picture-image.tsx')).RowPictureImage,
}));

/** What a job renders, 48 × 27 px, for a row of a list. Its box is there from the first moment. */
export function RowPicture(job: { id: string; runs: boolean }) {
  return (
    <Suspense fallback={<span style={{ display: 'block', width: 48, height: 27 }} />}>
      <RowPictureImage {...job} />
    </Suspense>
  );
}
