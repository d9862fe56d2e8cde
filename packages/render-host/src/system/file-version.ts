/** The mark at the start of the version in a Windows program (VS_FIXEDFILEINFO). */
const MARK = Buffer.from([0xbd, 0x04, 0xef, 0xfe]);
const BYTES = 16;

/** The version in a Windows program, for example `24.0.0.55`; null when it has none. */
export function readFileVersion(program: Buffer): string | null {
  const at = program.indexOf(MARK);
  if (at < 0 || program.length < at + BYTES) return null;
  const parts = [10, 8, 14, 12].map((offset) => program.readUInt16LE(at + offset));
  return parts.join('.');
}
