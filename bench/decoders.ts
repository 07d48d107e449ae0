/** Decoders over messages as they come, beside what makes something else of the same bytes; and over noise, up to a deadline. */
import { randomFillSync } from 'node:crypto';
import { decode, decoders, usualBudget } from '../shared/decoding/decoders.ts';
import type { DecoderId } from '../shared/decoding/decoded.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { row, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';

const runs = 7;
const measureMs = 300;
const goalMBs = 20;
const noiseBytes = 64 * 1024 * 1024;
const deadlineMs = 500;
/** A look at the clock comes after so many bytes at most, and what was begun is ended. */
const overMs = 100;

const sensors = Array.from({ length: 100 }, (_, id) => ({
  ...{ id, name: `sensor ${id}`, value: id * 1.37, unit: 'C', ok: id % 2 === 0, tags: ['a', 'b'] },
  time: '2026-11-30T00:00:00Z',
}));
const response = [
  ...[
    'HTTP/1.1 200 OK',
    'Server: nginx/1.24.0',
    'Date: Mon, 30 Nov 2026 00:00:00 GMT',
    'Connection: keep-alive',
  ],
  ...[
    'Content-Type: text/html; charset=utf-8',
    'Content-Length: 700',
    'Cache-Control: max-age=0, private',
    '',
  ],
  'x'.repeat(700),
].join('\r\n');
/** A request, and its reply with ten registers. */
const poll = Buffer.from(`04b3000000060103000a000a04b300000017010314${'41ac'.repeat(10)}`, 'hex');
const polls = Buffer.concat(Array.from({ length: 50 }, () => poll));

type Subject = {
  id: DecoderId;
  what: string;
  bytes: Uint8Array;
  reference: (bytes: Uint8Array) => void;
  by: string;
};
const text = new TextDecoder();
const subjects: readonly Subject[] = [
  {
    ...{ id: 'json', what: 'an array of 100 objects', bytes: Buffer.from(JSON.stringify(sensors)) },
    ...{ reference: (bytes) => void JSON.parse(text.decode(bytes)), by: 'JSON.parse' },
  },
  {
    ...{ id: 'http', what: 'a response of a KiB', bytes: Buffer.from(response) },
    ...{ reference: (bytes) => void text.decode(bytes).split('\r\n'), by: 'its lines, split' },
  },
  {
    ...{ id: 'modbus-tcp', what: '50 requests and replies with 10 registers', bytes: polls },
    ...{ reference: copied, by: 'a loop over the bytes' },
  },
];

function copied(bytes: Uint8Array): void {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  if (sum < 0) throw new Error('Bytes are never negative.');
}

/** MB/s of one that is called again and again. */
const rateOf = async (bytes: Uint8Array, read: (bytes: Uint8Array) => void): Promise<number> => {
  let done = 0;
  const begin = performance.now();
  while (performance.now() - begin < measureMs) {
    for (let i = 0; i < 20; i++) read(bytes);
    done += bytes.length * 20;
  }
  return done / 1e6 / ((performance.now() - begin) / 1000);
};

async function run(): Promise<Row[]> {
  const budget = usualBudget(() => false);
  const rows: Row[] = [];
  for (const { id, what, bytes, reference, by } of subjects) {
    const ours = (): void => void decode(id, bytes, budget);
    if (decode(id, bytes, budget).error !== null) throw new Error(id);
    const rates = await inPairs(runs, [ours, reference], (read) => rateOf(bytes, read));
    rows.push(
      row({
        ...{ benchmark: `decode ${what}, ${id}`, unit: 'MB/s', ...rates },
        goal: { of: 'ours', is: 'at least', value: goalMBs },
        note: `reference: ${by}`,
      }),
    );
  }
  return [...rows, slowest()];
}

/** The decoder that takes longest over noise, with a deadline. */
function slowest(): Row {
  const noise = randomFillSync(Buffer.alloc(noiseBytes));
  const times = decoders.map(({ id }) => {
    const begin = performance.now();
    decode(
      id,
      noise,
      usualBudget(() => performance.now() - begin > deadlineMs),
    );
    return { id, ms: performance.now() - begin };
  });
  const last = times.reduce((one, other) => (other.ms > one.ms ? other : one));
  return row({
    ...{ benchmark: `decode 64 MiB of noise, deadline ${deadlineMs} ms`, unit: 'ms', ours: [last.ms] },
    goal: { of: 'ours', is: 'at most', value: deadlineMs + overMs },
    note: `the slowest of ${times.length} decoders, ${last.id}`,
  });
}

export const decoderBenchmarks: Benchmark[] = [
  { name: 'decoders', about: 'read JSON, HTTP and Modbus as trees, and end on noise', run },
];
