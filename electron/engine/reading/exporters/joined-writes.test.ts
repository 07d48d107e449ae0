import { describe, expect, it } from 'vitest';
import { JoinedWrites } from './joined-writes.ts';

/** Writes that end when they are told to. */
function slowWriter(): { written: string[]; write: (bytes: Uint8Array) => Promise<void>; end: () => void } {
  const written: string[] = [];
  let end = (): void => undefined;
  const write = async (bytes: Uint8Array): Promise<void> => {
    await new Promise<void>((resolve) => (end = resolve));
    written.push(Buffer.from(bytes).toString());
  };
  return { written, write, end: () => end() };
}

describe('joined writes', () => {
  it('fill the next one while one goes on, whose bytes stay as they are', async () => {
    const { written, write, end } = slowWriter();
    const joined = new JoinedWrites(write, 8);
    await joined.add('first');
    await joined.add(Buffer.from(' one'));
    await joined.add('second');
    expect(written).toEqual([]);
    const full = joined.add(' €');
    end();
    await full;
    expect(written).toEqual(['first one']);
    const flushed = joined.flush();
    end();
    await flushed;
    expect(written).toEqual(['first one', 'second €']);
  });

  it('take what is longer than all before', async () => {
    const written: Buffer[] = [];
    const joined = new JoinedWrites(async (bytes) => void written.push(Buffer.from(bytes)), 10_000);
    const texts = ['a', '€'.repeat(3000), 'ü'.repeat(70_000), '\ud800', 'x'.repeat(5000)];
    for (const text of texts) await joined.add(text);
    await joined.flush();
    expect(Buffer.concat(written).equals(Buffer.from(texts.join('')))).toBe(true);
  });

  it('tell of a write that failed whoever adds more, or flushes', async () => {
    const joined = new JoinedWrites(() => Promise.reject(new Error('no room')), 4);
    await joined.add('first');
    await expect(joined.flush()).rejects.toThrow('no room');
    await joined.settled();
  });
});
