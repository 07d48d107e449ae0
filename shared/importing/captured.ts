/** Files of captured traffic, told by how they begin: packets, conversations that were saved, logs. */

import type { Verified } from '../verdict.ts';

export const captureFormats = [
  ...(['packets', 'follow-yaml', 'follow-raw', 'jsonl', 'packetsender-log', 'bytes'] as const),
] as const;
export type CaptureFormat = (typeof captureFormats)[number];

/** So much of a file says what it is. */
export const headBytes = 4096;

/** pcap in both byte orders and resolutions, and pcapng. */
const magics = new Set([0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a]);

const beginnings: [CaptureFormat, RegExp][] = [
  ['follow-yaml', /^peers:[ \t\r]*\n(?:[^\n]*\n)*?[ \t]+- peer: \d/m],
  ['follow-raw', /^Follow: \w+,raw\s*$/m],
  ['jsonl', /^\{"sequence":\d+,"time":"/],
  ['packetsender-log', /^TIME\tFrom IP\tFrom Port\tTo (?:IP|Address)\tTo Port\tMethod\t/],
];

/** Null for what is none of them. */
export function captureFormatOf(head: Uint8Array): CaptureFormat | null {
  if (head.length >= 4 && magics.has(new DataView(head.buffer, head.byteOffset).getUint32(0, true)))
    return 'packets';
  const text = new TextDecoder('latin1').decode(head.subarray(0, headBytes));
  return beginnings.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** By gzip: what is in it shows when it is unpacked. */
export const isPacked = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** How a whole log of ours begins that is one file: `electron/engine/capture/capture-file.ts`. */
export const captureFileStart = 'socketscope-capture 1 ';
export const captureEnding = '.socketscope-capture';
/** Where its beginning is damaged, its name says it: the last line is the first one again. */
export const isCaptureFile = (head: Uint8Array, name: string): boolean =>
  new TextDecoder('latin1').decode(head.subarray(0, captureFileStart.length)) === captureFileStart ||
  (head.length > 0 && name.endsWith(captureEnding));

/** What a file came to; all are counts. `lines`: of files that are no packets, such as have no place in a capture. */
export type ImportSums = {
  packets: number;
  lines: number;
  connections: number;
  missingBytes: number;
  /** Parts of IP packets that never became whole, and of such as say two things in one place. */
  fragment: number;
  overlap: number;
  other: number;
  malformed: number;
};

/** Where something stands that cannot be read; the words are in `texts/en/capture-import.ts`. */
export type ImportStop = { problem: string; offset: number };
/**
 * What a page is told: the endpoints that were made, none where nothing could be brought in. `verified`: of a whole log,
 * which of its bytes are what was written; null of traffic.
 */
export type ImportedCapture = {
  endpoints: string[];
  sums: ImportSums | null;
  stopped: ImportStop | null;
  verified: Verified | null;
};
