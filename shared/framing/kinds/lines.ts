/** Lines, by one line end or by any. */
import type { Cutter, CutterState, Framing } from '../framer.ts';
import { framer, type FramerKind } from '../kind.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** Frames that end with one byte, and hold it nowhere else. */
export const byteCutter = (byte: number): Cutter => ({
  state: { mark: null },
  read: (bytes, ends) => {
    for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) ends(at + 1);
  },
});

const endingWith = (name: string, byte: number): FramerKind =>
  framer(name, {}, () => ({
    why: 'no-end',
    cutter: () => byteCutter(byte),
    payload: (bytes) => bytes.subarray(0, -1),
  }));

export const lf = endingWith('lf', lineFeed);
export const cr = endingWith('cr', carriageReturn);

type LineState = CutterState & { isAfterReturn: boolean };

export const crlf = framer('crlf', {}, () => ({
  why: 'no-end',
  cutter: (): Cutter<LineState> => {
    const state: LineState = { mark: null, isAfterReturn: false };
    return {
      state,
      read: (bytes, ends) => {
        if (state.isAfterReturn && bytes[0] === lineFeed) ends(1);
        for (let at = bytes.indexOf(lineFeed, 1); at >= 0; at = bytes.indexOf(lineFeed, at + 1))
          if (bytes[at - 1] === carriageReturn) ends(at + 1);
        state.isAfterReturn = bytes[bytes.length - 1] === carriageReturn;
      },
    };
  },
  payload: (bytes) => bytes.subarray(0, -2),
}));

/** LF, CR LF, or CR alone, which is known for one when the next byte has come. */
export const line = framer('line', {}, () => ({
  why: 'no-end',
  cutter: (): Cutter<LineState> => {
    const state: LineState = { mark: null, isAfterReturn: false };
    return {
      state,
      read: (bytes, ends) => {
        let at = 0;
        if (state.isAfterReturn) {
          state.isAfterReturn = false;
          at = Number(bytes[0] === lineFeed);
          ends(at);
        }
        let feed = bytes.indexOf(lineFeed, at);
        let back = bytes.indexOf(carriageReturn, at);
        // The commonest stream, at the pace of `lf`.
        if (back < 0) {
          for (; feed >= 0; feed = bytes.indexOf(lineFeed, feed + 1)) ends(feed + 1);
          return;
        }
        while (feed >= 0 || back >= 0) {
          const isFeed = back < 0 || (feed >= 0 && feed < back);
          if (!isFeed && back + 1 === bytes.length) return void (state.isAfterReturn = true);
          at = 1 + (isFeed || feed === back + 1 ? feed : back);
          ends(at);
          // Each is looked for once: a stream of one kind of line end must not be searched anew for the other.
          if (feed >= 0 && feed < at) feed = bytes.indexOf(lineFeed, at);
          if (back >= 0 && back < at) back = bytes.indexOf(carriageReturn, at);
        }
      },
      pause: () => state.isAfterReturn,
    };
  },
  payload: (bytes) => {
    const end = bytes.at(-1) === lineFeed ? bytes.length - 1 : bytes.length;
    return bytes.subarray(0, bytes[end - 1] === carriageReturn ? end - 1 : end);
  },
}));

const linesByName: readonly string[] = [line, lf, crlf].map(({ name }) => name);

/** Whether its frames end with LF or CR LF. */
export const endsLines = ({ spec }: Framing): boolean => linesByName.includes(spec.split(':', 1)[0]!);
