/** Takes HTTP/1 requests out of a stream (RFC 9112): their heads, and where their bodies end. Knows no socket. */
import { chunkSize, endsChunked, lengthOf, withoutBlanks } from '../../../shared/framing/http-body.ts';
import type { Whys } from '../../../shared/why.ts';

/** A head, or the trailers of a body, may have so many bytes. */
export const longestHeadBytes = 64 * 1024;

export type HttpRequest = {
  method: string;
  /** It asks for the connection to be closed after the answer, or is of HTTP/1.0. */
  closes: boolean;
  /** It waits for a 100 before it sends its body (RFC 9110 10.1.1). */
  expectsContinue: boolean;
};

/** Why what came is no request: names of sentences. */
export type BadRequest = Extract<keyof Whys, `http-${string}`>;

export type HttpEvents = {
  /** The head is complete; the body follows, if there is one. */
  head(request: HttpRequest): void;
  /** The request is complete. */
  request(request: HttpRequest): void;
  /** No request; nothing is read after it. */
  bad(name: BadRequest): void;
};

type Step = 'request-line' | 'header' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'over';
type Framing = { length: number | null; isChunked: boolean; isConflicting: boolean };

const lineFeed = 10;
/** No method is longer; so much of a beginning tells whether it is one. */
const methodCharacters = 40;
const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** Lines may end with LF alone, and empty ones before a request are left out (RFC 9112 2.2). Never throws. */
export class HttpRequests {
  #events: HttpEvents;
  #step: Step = 'request-line';
  #line = '';
  #headBytes = 0;
  /** Bytes left of the body or the chunk. */
  #rest = 0;
  #request: HttpRequest = newRequest();
  #framing: Framing = newFraming();
  #isOldVersion = false;

  constructor(events: HttpEvents) {
    this.#events = events;
  }

  /** Takes no more: what follows an answer that closes is not looked at (RFC 9112 9.6). */
  stop(): void {
    this.#step = 'over';
    this.#line = '';
  }

  push(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length && this.#step !== 'over';) {
      if (this.#step === 'body' || this.#step === 'chunk') at += this.#skip(bytes.length - at);
      else at += this.#takeLine(text, at);
    }
  }

  /** The peer has finished sending: a request that has begun will never be complete. */
  finish(): void {
    const isBetween = this.#step === 'request-line' && this.#line === '';
    if (this.#step !== 'over' && !isBetween) this.#bad('http-cut');
  }

  #skip(available: number): number {
    const length = Math.min(available, this.#rest);
    this.#rest -= length;
    if (this.#rest === 0) {
      if (this.#step === 'chunk') this.#step = 'chunk-end';
      else this.#complete();
    }
    return length;
  }

  #takeLine(text: Buffer, at: number): number {
    const feed = text.indexOf(lineFeed, at);
    const end = feed < 0 ? text.length : feed + 1;
    this.#headBytes += end - at;
    if (this.#headBytes > longestHeadBytes) {
      this.#bad('http-long-head');
      return end - at;
    }
    const isBeginning = this.#line.length < methodCharacters;
    this.#line += text.toString('latin1', at, end);
    if (feed >= 0) {
      const line = this.#line.replace(/\r?\n$/, '');
      this.#line = '';
      this.#onLine(line);
    } else if (this.#step === 'request-line' && isBeginning) this.#checkBeginning();
    return end - at;
  }

  /** What is not HTTP at all, such as a TLS handshake, would have its sender wait for a line end that never comes. */
  #checkBeginning(): void {
    const [method] = /^[^ \r]*/.exec(this.#line.slice(0, methodCharacters))!;
    if (method !== '' && !token.test(method)) this.#bad('http-method');
  }

  #onLine(line: string): void {
    switch (this.#step) {
      case 'request-line':
        return this.#onRequestLine(line);
      case 'header':
        return line === '' ? this.#onHead() : this.#onHeader(line);
      case 'chunk-size':
        return this.#onChunkSize(line);
      case 'chunk-end':
        this.#headBytes = 0;
        this.#step = 'chunk-size';
        if (line !== '') this.#bad('http-chunk');
        return;
      default:
        if (line === '') this.#complete();
    }
  }

  #onRequestLine(line: string): void {
    if (line === '') return;
    const parts = /^(\S+) (\S+) HTTP\/1\.(\d)$/.exec(line);
    if (parts === null || !token.test(parts[1]!)) return this.#bad('http-request-line');
    this.#isOldVersion = parts[3] === '0';
    this.#request = { ...newRequest(), method: parts[1]!, closes: this.#isOldVersion };
    this.#framing = newFraming();
    this.#step = 'header';
  }

  #onHeader(line: string): void {
    const name = line.slice(0, Math.max(0, line.indexOf(':')));
    if (!token.test(name)) return this.#bad('http-header');
    const value = withoutBlanks(line, name.length + 1).toLowerCase();
    const framing = this.#framing;
    switch (name.toLowerCase()) {
      case 'connection':
        if (value.split(/[ \t,]+/).includes('close')) this.#request.closes = true;
        return;
      case 'expect':
        if (value === '100-continue') this.#request.expectsContinue = !this.#isOldVersion;
        return;
      case 'transfer-encoding':
        framing.isChunked = endsChunked(value);
        framing.isConflicting ||= !framing.isChunked;
        return;
      case 'content-length': {
        const length = lengthOf(value);
        if (Number.isNaN(length) || (framing.length !== null && framing.length !== length))
          return this.#bad('http-length');
        framing.length = length;
      }
    }
  }

  /** Both ways to tell the length at once is how requests are smuggled (RFC 9112 6.3). */
  #onHead(): void {
    const { length, isChunked, isConflicting } = this.#framing;
    if (isConflicting || (isChunked && (length !== null || this.#isOldVersion)))
      return this.#bad('http-body');
    this.#headBytes = 0;
    this.#rest = length ?? 0;
    this.#step = isChunked ? 'chunk-size' : 'body';
    const hasBody = isChunked || this.#rest > 0;
    if (!hasBody) this.#request.expectsContinue = false;
    this.#events.head(this.#request);
    if (!hasBody) this.#complete();
  }

  #onChunkSize(line: string): void {
    const size = chunkSize(line);
    if (size === null) return this.#bad('http-chunk-size');
    this.#headBytes = 0;
    this.#rest = size;
    this.#step = this.#rest === 0 ? 'trailer' : 'chunk';
  }

  #complete(): void {
    if (this.#step === 'over') return;
    this.#step = 'request-line';
    this.#headBytes = 0;
    this.#events.request(this.#request);
  }

  #bad(name: BadRequest): void {
    this.stop();
    this.#events.bad(name);
  }
}

const newRequest = (): HttpRequest => ({ method: '', closes: false, expectsContinue: false });
const newFraming = (): Framing => ({ length: null, isChunked: false, isConflicting: false });
