/** Builds the tree of a decoder from the first byte to the last, so that no byte is left out and none is in two leaves. */
import type { Budget, DecodeHints, Unpack } from './context.ts';
import type { DecodedNode, DecodeError, DecodeProblem, DecoderId, NodeValue } from './decoded.ts';

/** Longer texts are cut: the bytes are there. */
const mostText = 1000;
const mostHexBytes = 32;
/** Text is read in blocks, of which values are slices: a reading for each value costs more than the rest. */
const blockBytes = 16 * 1024;
/** One node costs about as much as so many bytes that are looked at. */
const nodeWork = 64;
const workBetweenLooks = 256 * 1024;
const mostLayers = 6;
const mostSaid = 3;

const oneByteEach = new TextDecoder('windows-1252');
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const noChildren: readonly DecodedNode[] = Object.freeze([]);

export type Reader = {
  /** 0: it is something else, 1: nothing else begins so. Looks at a few KiB at most. */
  confidence(bytes: Uint8Array, hints: DecodeHints): number;
  /** Reads messages up to the end of the tree's bounds; stops where it cannot go on (`tree.stop`). */
  read(tree: Tree): void;
};

/** What one decoding shares with its layers. */
export type Context = {
  readonly budget: Budget;
  readonly hints: DecodeHints;
  readonly unpack: Unpack;
  readonly decoders: ReadonlyMap<DecoderId, Reader>;
  nodesLeft: number;
  unpackedLeft: number;
  work: number;
  layers: number;
  depth: number;
};

/** Ends the reading of a part. `isFinal`: of everything, because the budget is spent. */
class Stop {
  readonly code: DecodeProblem;
  readonly isFinal: boolean;

  constructor(code: DecodeProblem, isFinal: boolean) {
    this.code = code;
    this.isFinal = isFinal;
  }
}

type Open = DecodedNode & { children: DecodedNode[] };

export class Tree {
  readonly bytes: Uint8Array;
  readonly context: Context;
  readonly root: DecodedNode;
  /** Where it reads, and where what it reads ends. */
  at = 0;
  end: number;
  error: DecodeError | null = null;
  /** A message that is read says that something failed. */
  isRefusal = false;
  #here: Open;
  readonly #above: Open[] = [];
  #said: string[] = [];
  #saidCount = 0;
  #block = '';
  #blockStart = 0;

  constructor(bytes: Uint8Array, context: Context) {
    this.bytes = bytes;
    this.context = context;
    this.end = bytes.length;
    this.root = this.#here = newNode('', 0, 0, undefined, []) as Open;
  }

  get left(): number {
    return this.end - this.at;
  }

  /** The node that is open, to say its value once it is known. */
  get here(): DecodedNode {
    return this.#here;
  }

  get hints(): DecodeHints {
    return this.context.hints;
  }

  /** Messages in few words, as a line. */
  get summary(): string {
    const more = this.#saidCount - this.#said.length;
    return [...this.#said, ...(more > 0 ? [`+${more}`] : [])].join(' · ');
  }

  /** Whether the summary still has room for words. */
  get isSaying(): boolean {
    return this.#saidCount < mostSaid;
  }

  /** One message's words for the summary. */
  say(words: string): void {
    if (this.#said.length < mostSaid) this.#said.push(shortened(words, 160));
    this.#saidCount++;
  }

  /** Takes the next bytes as a leaf. */
  leaf(
    name: string | number,
    length: number,
    value: NodeValue = undefined,
    problem: DecodeProblem | null = null,
  ): DecodedNode {
    // Not a number, too: what was to say how long it is lies behind the end.
    if (!(length <= this.end - this.at)) throw new Stop('incomplete', false);
    if (length < 0) throw new Stop('wrong-length', false);
    this.#spend();
    const node = newNode(name, this.at, length, value, noChildren);
    this.#here.children.push(node);
    if (problem !== null) this.amiss(node, problem);
    this.at += length;
    return node;
  }

  /** Takes an unsigned number. Of more than six bytes its value is text. */
  number(name: string, length: number, isLittle = false): number {
    const value = this.peek(length, 0, isLittle);
    this.leaf(name, length, length > 6 ? this.peekBig(length, isLittle) : value);
    return value;
  }

  /** Takes text in UTF-8. */
  text(name: string | number, length: number): string {
    if (!(length <= this.left)) this.stop('incomplete');
    const value = this.textAt(this.at, this.at + length);
    this.leaf(name, length, value);
    return value;
  }

  /** Takes bytes that may be text. */
  data(name: string | number, length: number): void {
    if (!(length <= this.left)) this.stop('incomplete');
    this.leaf(name, length, length === 0 ? undefined : this.dataAt(this.at, this.at + length));
  }

  /** What `read` takes is inside of a node. */
  group(name: string | number, read: () => void, value: NodeValue = undefined): DecodedNode {
    if (++this.context.depth > this.context.budget.depth) {
      this.context.depth--;
      throw new Stop('too-deep', false);
    }
    this.#spend();
    const node = newNode(name, this.at, 0, value, []) as Open;
    this.#here.children.push(node);
    this.#above.push(this.#here);
    this.#here = node;
    read();
    this.#close();
    return node;
  }

  /** A part whose length is known: what is amiss inside of it ends it alone. One that is cut ends what is around it, too. */
  within(length: number, read: () => void): void {
    const { end: outer, at: start } = this;
    const depth = this.#above.length;
    const end = start + length;
    if (Number.isNaN(end)) this.stop('incomplete');
    if (end < start) this.stop('wrong-length');
    this.end = Math.min(end, outer);
    let ended: Stop | null = null;
    try {
      read();
      if (this.at < this.end) this.#rest('left-over');
    } catch (stop) {
      if (!(stop instanceof Stop)) throw stop;
      ended = stop;
      this.#rest(stop.code);
    }
    while (this.#above.length > depth) this.#close();
    this.end = outer;
    if (ended?.isFinal) throw ended;
    if (end > outer) this.stop('incomplete');
  }

  /** A node of a known length. */
  sized(name: string | number, length: number, read: () => void, value: NodeValue = undefined): DecodedNode {
    return this.group(name, () => this.within(length, read), value);
  }

  /** What was read stays, and what is left of this part is one leaf. */
  stop(code: DecodeProblem): never {
    throw new Stop(code, false);
  }

  /** Something is wrong with a node, and reading goes on. */
  amiss(node: DecodedNode, code: DecodeProblem): void {
    node.problem ??= code;
    this.error ??= { code, offset: node.offset };
  }

  /** `bytes` were looked at without a node: asks for the deadline now and then. */
  spend(bytes: number): void {
    if ((this.context.work += bytes) >= workBetweenLooks) this.#look();
  }

  /** Reads a part by another decoder: what it says is no word of the summary. */
  nested(id: DecoderId): void {
    const [said, count] = [this.#said, this.#saidCount];
    this.#said = [];
    try {
      this.context.decoders.get(id)!.read(this);
    } finally {
      [this.#said, this.#saidCount] = [said, count];
    }
  }

  /** A node of this length, read by the decoder that is named, or as text or bytes. */
  content(name: string | number, length: number, id: DecoderId | null): DecodedNode {
    if (id !== null && length > 0) return this.sized(name, length, () => this.nested(id), id);
    const there = Math.min(length, this.left);
    const node = this.leaf(name, there, there === 0 ? undefined : this.dataAt(this.at, this.at + there));
    if (there < length) this.amiss(node, 'incomplete');
    if (there < length) this.stop('incomplete');
    return node;
  }

  /** Which of these the next bytes look like, for certain. */
  looksLike(length: number, ids: readonly DecoderId[]): DecoderId | null {
    const bytes = this.bytes.subarray(this.at, Math.min(this.end, this.at + length));
    if (bytes.length === 0) return null;
    return ids.find((id) => this.context.decoders.get(id)!.confidence(bytes, {}) >= 0.8) ?? null;
  }

  /** The bytes of a node are these once they are unpacked. */
  layer(node: DecodedNode, bytes: Uint8Array, read: (tree: Tree) => void): void {
    const { context } = this;
    if (context.layers >= mostLayers) return this.amiss(node, 'too-deep');
    context.layers++;
    const inner = new Tree(bytes, context);
    inner.run(read);
    context.layers--;
    node.layer = { bytes, root: inner.root };
    if (inner.error !== null) this.error ??= { code: inner.error.code, offset: node.offset };
  }

  /** Reads from the first byte to the last. Never throws for what the bytes are. */
  run(read: (tree: Tree) => void): void {
    const { depth } = this.context;
    try {
      this.within(this.bytes.length, () => read(this));
    } catch (stop) {
      if (!(stop instanceof Stop)) throw stop;
    }
    this.context.depth = depth;
    this.root.length = this.bytes.length;
  }

  /** An unsigned number at `at` + `skip`; NaN where the bytes have ended. */
  peek(length: number, skip = 0, isLittle = false): number {
    const from = this.at + skip;
    if (from + length > this.end) return NaN;
    let value = 0;
    for (let i = 0; i < length; i++)
      value = value * 256 + this.bytes[isLittle ? from + length - 1 - i : from + i]!;
    return value;
  }

  peekBig(length: number, isLittle = false, isSigned = false): string {
    if (!(length <= this.left)) return '';
    let value = 0n;
    for (let i = 0; i < length; i++)
      value = (value << 8n) | BigInt(this.bytes[isLittle ? this.at + length - 1 - i : this.at + i]!);
    return String(isSigned ? BigInt.asIntN(length * 8, value) : value);
  }

  /** A number of up to 8 bytes, as text where no double holds it. */
  peekInteger(length: number, isSigned: boolean): number | string {
    const plain = this.peek(length);
    const most = 2 ** (length * 8);
    const value = isSigned && plain >= most / 2 ? plain - most : plain;
    if (length < 8) return value;
    // A number has lost its last digits by now, where it is long.
    const exact = this.peekBig(length, false, isSigned);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }

  /** What `peek` reads as if it were so many bytes on. */
  skipping<T>(bytes: number, peek: () => T): T {
    this.at += bytes;
    const value = peek();
    this.at -= bytes;
    return value;
  }

  /** An IEEE number of 2, 4 or 8 bytes at `at`. */
  peekFloat(length: number, isLittle = false): number {
    if (!(length <= this.left)) return NaN;
    if (length === 2) return half(this.peek(2, 0, isLittle));
    if (length === 4) return floatOf(this.peek(4, 0, isLittle));
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, length).getFloat64(0, isLittle);
  }

  /** A character for each byte; what is no ASCII is any other character. For at most `blockBytes`. */
  ascii(start: number, end: number): string {
    if (start < this.#blockStart || end > this.#blockStart + this.#block.length) {
      this.#blockStart = start;
      const to = Math.max(end, Math.min(this.bytes.length, start + blockBytes));
      this.#block = oneByteEach.decode(this.bytes.subarray(start, to));
    }
    return this.#block.slice(start - this.#blockStart, end - this.#blockStart);
  }

  /** The text of a range, at most 1000 bytes of it. */
  textAt(start: number, end: number): string {
    const to = Math.min(end, start + mostText);
    const more = to < end ? '…' : '';
    for (let at = start; at < to; at++)
      if (this.bytes[at]! >= 0x80) return utf8.decode(this.bytes.subarray(start, to)) + more;
    return this.ascii(start, to) + more;
  }

  /** The text of a range, or its first bytes in hex. */
  dataAt(start: number, end: number): string {
    const text = this.textAt(start, end);
    // eslint-disable-next-line no-control-regex -- what is in texts of protocols, and nothing else of the kind
    if (!/[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]/.test(text)) return text;
    return this.hexAt(start, end);
  }

  hexAt(start: number, end: number): string {
    return hexOf(this.bytes.subarray(start, end));
  }

  #spend(): void {
    const { context } = this;
    if (--context.nodesLeft < 0) throw new Stop('too-many', true);
    if ((context.work += nodeWork) >= workBetweenLooks) this.#look();
  }

  #look(): void {
    this.context.work = 0;
    if (this.context.budget.isOver()) throw new Stop('too-slow', true);
  }

  #close(): void {
    this.#here.length = this.at - this.#here.offset;
    this.#here = this.#above.pop()!;
    this.context.depth--;
  }

  /** Costs nothing of the budget: it is what stands where that is spent. */
  #rest(code: DecodeProblem): void {
    this.error ??= { code, offset: this.at };
    if (this.at === this.end) return void (this.#here.problem ??= code);
    const node = newNode('rest', this.at, this.end - this.at, undefined, noChildren);
    node.problem = code;
    this.#here.children.push(node);
    this.at = this.end;
  }
}

function newNode(
  name: string | number,
  offset: number,
  length: number,
  value: NodeValue,
  children: readonly DecodedNode[],
): DecodedNode {
  return { name, value, offset, length, children, problem: null, layer: null };
}

export const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}…` : text;

/** As `DE AD BE EF`, the first 32. */
export function hexOf(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, mostHexBytes), (byte) => byte.toString(16).padStart(2, '0'));
  return shown.join(' ').toUpperCase() + (bytes.length > mostHexBytes ? ' …' : '');
}

const itsBits = new Uint32Array(1);
const asShort = new Float32Array(itsBits.buffer);

/** The shortest number that is this float of four bytes: 21.1, not 21.100000381. */
export function floatOf(bits: number): number {
  itsBits[0] = bits;
  const value = asShort[0]!;
  if (!Number.isFinite(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const near = Number(value.toPrecision(digits));
    if (Math.fround(near) === value) return near;
  }
  return value;
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const part = bits & 0x3ff;
  if (exponent === 0) return sign * part * 2 ** -24;
  if (exponent === 31) return part ? NaN : sign * Infinity;
  return sign * (1 + part / 1024) * 2 ** (exponent - 15);
}
