/** Messages of HTTP/1 (RFC 9112): requests and responses with their bodies. */
import type { Cutter, CutterState } from '../framer.ts';
import { framer } from '../kind.ts';
import { chunkSize, contentLength, isChunked } from '../http-body.ts';

const lineFeed = 10;
const carriageReturn = 13;
const usualMaxBytes = 16 * 1024 * 1024;
/** Of a line: enough for what tells lengths. Targets and cookies may be longer. */
const keptCharacters = 1024;

type HttpState = CutterState & {
  part: 'start' | 'header' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'open';
  /** What has come of a line. */
  line: string;
  /** Bytes of the body or the chunk that are to come. */
  left: number;
  /** As the headers say; -1: they do not. */
  length: number;
  isChunked: boolean;
  /** 0: it is a request. */
  status: number;
};

const begun = { part: 'start', left: 0, length: -1, isChunked: false, status: 0 } as const;

export const http = framer('http', { max: usualMaxBytes }, () => ({
  why: 'incomplete',
  cutter: (): Cutter<HttpState> => {
    const state: HttpState = { mark: null, line: '', ...begun };
    return {
      state,
      read: (bytes, ends) => {
        for (let at = 0; at < bytes.length;) {
          const isOver = state.left > 0 ? takeBody(state, bytes.length - at) : takeLine(state, bytes, at);
          at += isOver.taken;
          if (!isOver.hasEnded) continue;
          Object.assign(state, begun);
          ends(at);
        }
      },
      // A response without a length ends with its connection.
      pause: () => state.part === 'open',
    };
  },
  payload: bodyOf,
}));

type Taken = { taken: number; hasEnded: boolean };

function takeBody(state: HttpState, available: number): Taken {
  const taken = Math.min(state.left, available);
  if (state.left !== Infinity) state.left -= taken;
  if (state.left === 0 && state.part === 'chunk') state.part = 'chunk-end';
  return { taken, hasEnded: state.left === 0 && state.part === 'body' };
}

function takeLine(state: HttpState, bytes: Uint8Array, from: number): Taken {
  const feed = bytes.indexOf(lineFeed, from);
  const end = feed < 0 ? bytes.length : feed;
  const line = lineWith(state.line, bytes, from, end);
  state.line = feed < 0 ? line : '';
  if (feed < 0) return { taken: end - from, hasEnded: false };
  return { taken: end + 1 - from, hasEnded: onLine(state, line) };
}

/** True when the message ends with this line. What is no HTTP is told line by line, until there is some. */
function onLine(state: HttpState, line: string): boolean {
  switch (state.part) {
    case 'start':
      return onStart(state, line);
    case 'header':
      return line === '' ? onHead(state) : onHeader(state, line);
    case 'chunk-size': {
      const size = chunkSize(line);
      if (size === null) return isBad(state, 'bad-length');
      state.left = size;
      state.part = size === 0 ? 'trailer' : 'chunk';
      return false;
    }
    case 'chunk-end':
      if (line !== '') return isBad(state, 'bad-length');
      state.part = 'chunk-size';
      return false;
    case 'trailer':
      return line === '';
    default:
      return false;
  }
}

function isBad(state: HttpState, mark: 'bad-head' | 'bad-length'): true {
  state.mark = mark;
  return true;
}

function onStart(state: HttpState, line: string): boolean {
  // Empty lines before a message are its own (RFC 9112 2.2).
  if (line === '') return false;
  const response = /^HTTP\/1\.\d (\d{3})( |$)/.exec(line);
  const isRequest = /^[\w!#$%&'*+.^`|~-]{1,40} \S/.test(line) && (/ HTTP\/1\.\d$/.test(line) || isCut(line));
  if (response === null && !isRequest) return isBad(state, 'bad-head');
  state.status = Number(response?.[1] ?? 0);
  state.part = 'header';
  return false;
}

/** What is kept of a line with these bytes behind it. */
function lineWith(before: string, bytes: Uint8Array, from: number, end: number): string {
  let line = before;
  for (let at = from; at < end && line.length < keptCharacters; at++)
    if (bytes[at] !== carriageReturn) line += String.fromCharCode(bytes[at]!);
  return line;
}

const isCut = (line: string): boolean => line.length === keptCharacters;

function onHeader(state: HttpState, line: string): false {
  const length = contentLength(line);
  if (length !== null && (Number.isNaN(length) || (state.length >= 0 && state.length !== length)))
    state.mark = 'bad-length';
  else if (length !== null) state.length = length;
  state.isChunked = isChunked(line) ?? state.isChunked;
  if (!line.includes(':') && !isCut(line)) state.mark = 'bad-head';
  return false;
}

const hasNoBody = (status: number): boolean =>
  (status >= 100 && status < 200) || status === 204 || status === 304;

function onHead(state: HttpState): boolean {
  const { status, length } = state;
  // Both ways to tell the length at once is how requests are smuggled (RFC 9112 6.3).
  if (state.isChunked && length >= 0) state.mark = 'bad-length';
  if (hasNoBody(status)) return true;
  if (state.isChunked) {
    state.part = 'chunk-size';
    return false;
  }
  if (length <= 0 && (length === 0 || status === 0)) return true;
  state.part = length < 0 ? 'open' : 'body';
  state.left = length < 0 ? Infinity : length;
  return false;
}

/** Without the head, and of a body in chunks what the chunks hold. */
function bodyOf(bytes: Uint8Array): Uint8Array {
  let at = 0;
  let isInChunks = false;
  let hasBegun = false;
  for (;;) {
    const feed = bytes.indexOf(lineFeed, at);
    if (feed < 0) return bytes.subarray(bytes.length);
    const line = lineWith('', bytes, at, feed);
    at = feed + 1;
    if (line === '' && hasBegun) break;
    hasBegun ||= line !== '';
    isInChunks = isChunked(line) ?? isInChunks;
  }
  return isInChunks ? joinedChunks(bytes, at) : bytes.subarray(at);
}

function joinedChunks(bytes: Uint8Array, from: number): Uint8Array {
  const out = new Uint8Array(bytes.length - from);
  let size = 0;
  for (let at = from; ;) {
    const feed = bytes.indexOf(lineFeed, at);
    const length = feed < 0 ? 0 : (chunkSize(lineWith('', bytes, at, feed)) ?? 0);
    if (length === 0) return out.subarray(0, size);
    const chunk = bytes.subarray(feed + 1, feed + 1 + length);
    out.set(chunk, size);
    size += chunk.length;
    // Behind a chunk stands a line end of its own.
    at = bytes.indexOf(lineFeed, feed + 1 + length) + 1;
    if (at === 0) return out.subarray(0, size);
  }
}
