/** Numbers in bytes, as `number:` asks for them: their width, sign and byte order by a short name. */

type ReadNumber = (view: DataView, at: number) => number;
type NumberForm = { bytes: number; read: ReadNumber };

const ordered = (
  name: string,
  bytes: number,
  read: (view: DataView, at: number, littleEndian: boolean) => number,
): Record<string, NumberForm> => ({
  [`${name}le`]: { bytes, read: (view, at) => read(view, at, true) },
  [`${name}be`]: { bytes, read: (view, at) => read(view, at, false) },
});

const forms: Record<string, NumberForm> = {
  u8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  i8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  ...ordered('u16', 2, (view, at, little) => view.getUint16(at, little)),
  ...ordered('i16', 2, (view, at, little) => view.getInt16(at, little)),
  ...ordered('u32', 4, (view, at, little) => view.getUint32(at, little)),
  ...ordered('i32', 4, (view, at, little) => view.getInt32(at, little)),
};
export const numberForms: readonly string[] = Object.keys(forms);

/** Whether a number of this form that `isWanted` begins at any byte; linear in the length. Null for what is no form. */
export function holdsNumber(
  name: string,
): ((bytes: Uint8Array, isWanted: (found: number) => boolean) => boolean) | null {
  if (!Object.hasOwn(forms, name)) return null;
  const { bytes: width, read } = forms[name]!;
  return (bytes, isWanted) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + width <= bytes.length; at++) if (isWanted(read(view, at))) return true;
    return false;
  };
}
