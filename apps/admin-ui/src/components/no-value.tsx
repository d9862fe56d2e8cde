/** Stands for a missing value: shows a dash, and screen readers say "none". */
export function NoValue() {
  return (
    <>
      <span aria-hidden="true">—</span>
      <span className="visually-hidden">none</span>
    </>
  );
}
