/** A value that is not there: a dash for the eye, a word for a reader. */
export function Missing() {
  return (
    <>
      <span aria-hidden="true">—</span>
      <span className="visually-hidden">none</span>
    </>
  );
}
