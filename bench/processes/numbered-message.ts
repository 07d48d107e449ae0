/** Messages whose content can be checked: the number in front, then bytes that follow from it. */

/** f64, little-endian. */
const headBytes = 8;

export function fillMessage(into: Buffer, at: number, length: number, number: number): void {
  into.writeDoubleLE(number, at);
  into.fill(number & 0xff, at + headBytes, at + length);
}

export type Check = {
  /** Whole messages that came in order with the right content. */
  messages: number;
  /** Messages with a wrong number or a wrong byte. */
  bad: number;
};

/** Checks a stream of messages given in pieces of any length. */
export function messageChecker(length: number): { add(bytes: Uint8Array): void; result(): Check } {
  const result: Check = { messages: 0, bad: 0 };
  let rest = Buffer.alloc(0);
  const check = (message: Buffer) => {
    const number = message.readDoubleLE(0);
    const expected = Buffer.alloc(length - headBytes, number & 0xff);
    if (number !== result.messages || !message.subarray(headBytes).equals(expected)) result.bad++;
    result.messages++;
  };
  return {
    add(bytes) {
      const all = rest.length
        ? Buffer.concat([rest, bytes])
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let at = 0;
      for (; at + length <= all.length; at += length) check(all.subarray(at, at + length));
      rest = Buffer.from(all.subarray(at));
    },
    result: () => ({ ...result }),
  };
}
