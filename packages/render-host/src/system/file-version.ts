/** The mark at the head of the version of a Windows program (VS_FIXEDFILEINFO). */
const MARK = Buffer.from([0xbd, 0x04, 0xef, 0xfe]);
const BYTES = 16;

/** The version that a Windows program carries, as `24.0.0.55`; null where it carries none. */
export function readFileVersion(program: Buffer): string | null {
  const at = program.indexOf(MARK);
  if (at < 0 || program.length < at + BYTES) return null;
  const parts = [10, 8, 14, 12].map((offset) => program.readUInt16LE(at + offset));
  return parts.join('.');
}
