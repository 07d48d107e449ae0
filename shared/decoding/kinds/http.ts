/** HTTP/1 (RFC 9112): requests and responses one behind another, chunks, compressed bodies, and what an upgrade leads to. */
import { chunkSize, endsChunked, lengthOf } from '../../framing/http-body.ts';
import type { Decoder } from '../decoder.ts';
import type { DecodedNode } from '../decoded.ts';
import { unpacked } from '../unpack.ts';
import type { Tree } from '../tree.ts';
import { headerLines, lineLength, lineText } from './head-lines.ts';
import { decoderOfType } from './media-types.ts';

const requestLine = /^([!#$%&'*+.^_`|~\w-]+)( +)(\S*)( +)(HTTP\/\d(?:\.\d)?)([ \t]*\r?\n)$/;
const statusLine = /^(HTTP\/\d(?:\.\d)?)( +)(\d{3})( *)([^\r\n]*)(\r?\n)$/;
const beginsRequest =
  /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|[A-Z]{3,20}) \S{1,2000} HTTP\/\d/;

type Head = { isRequest: boolean; status: number; method: string; headers: Map<string, string> };

export const http: Decoder = {
  id: 'http',
  confidence(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 2100));
    if (/^HTTP\/\d(?:\.\d)? \d{3}/.test(text) || beginsRequest.test(text)) return 0.99;
    return /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH) [/*h]/.test(text) ? 0.7 : 0;
  },
  read(tree) {
    while (tree.left > 0) {
      // Some send an empty line behind a body.
      const length = lineLength(tree);
      if (length !== null && lineText(tree, length) === '') tree.leaf('', length);
      else if (message(tree)) return;
    }
  },
};

/** Whether everything behind it is another protocol. */
function message(tree: Tree): boolean {
  const length = lineLength(tree);
  if (length === null)
    tree.stop(http.confidence(tree.bytes.subarray(tree.at, tree.end), {}) > 0 ? 'incomplete' : 'unexpected');
  const line = tree.ascii(tree.at, tree.at + Math.min(length, 8000));
  const isResponse = line.startsWith('HTTP/');
  const parts = (isResponse ? statusLine : requestLine).exec(line) ?? tree.stop('unexpected');
  let upgraded: string | undefined;
  tree.group(isResponse ? 'response' : 'request', () => {
    const names = isResponse
      ? ['version', '', 'status', '', 'reason', '']
      : ['method', '', 'target', '', 'version', ''];
    names.forEach((name, at) => {
      const part = parts[at + 1]!;
      const said = name === 'status' ? Number(part) : name === '' ? undefined : part;
      if (part !== '') tree.leaf(name, part.length, said);
    });
    tree.here.value = isResponse ? `${parts[3]} ${parts[5]}`.trim() : `${parts[1]} ${parts[3]}`;
    tree.say(tree.here.value);
    if (isResponse && Number(parts[3]) >= 400) tree.isRefusal = true;
    const head: Head = {
      isRequest: !isResponse,
      status: isResponse ? Number(parts[3]) : 0,
      method: isResponse ? '' : parts[1]!,
      headers: headerLines(tree),
    };
    if (head.status === 101) upgraded = head.headers.get('upgrade') ?? '';
    if (head.status !== 101) body(tree, head);
  });
  if (upgraded?.toLowerCase() === 'websocket' && tree.left > 0) {
    tree.group('websocket', () => tree.nested('websocket'));
  }
  return upgraded !== undefined;
}

function body(tree: Tree, { isRequest, status, headers }: Head): void {
  const hasNone = !isRequest && (status < 200 || status === 204 || status === 304);
  if (hasNone) return;
  if (endsChunked((headers.get('transfer-encoding') ?? '').toLowerCase())) return chunked(tree, headers);
  const stated = headers.get('content-length');
  if (stated !== undefined) {
    // The same length twice is one.
    const length = lengthOf(/^(\d+)(?:, \1)*$/.exec(stated)?.[1] ?? stated);
    if (Number.isNaN(length)) tree.stop('wrong-length');
    // An answer to HEAD says how long its body would be, and the next one stands in its place.
    const isToHead =
      !isRequest && /^HTTP\/1\.\d \d{3}/.test(tree.ascii(tree.at, Math.min(tree.end, tree.at + 12)));
    if (length > 0 && !isToHead) content(tree, length, headers);
  } else if (!isRequest && tree.left > 0) content(tree, tree.left, headers);
}

function content(tree: Tree, length: number, headers: Map<string, string>): void {
  const coding = codingOf(headers);
  if (coding === null) {
    tree.content('body', length, typeOf(tree, length, headers));
    return;
  }
  const there = Math.min(length, tree.left);
  const node = tree.leaf('body', there, coding);
  unpackInto(tree, node, coding, tree.bytes.subarray(node.offset, node.offset + there), headers);
  if (there < length) tree.amiss(node, 'incomplete');
  if (there < length) tree.stop('incomplete');
}

function chunked(tree: Tree, headers: Map<string, string>): void {
  const pieces: Uint8Array[] = [];
  let total = 0;
  const node = tree.group('body', () => {
    const { here } = tree;
    for (let index = 0, size = 1; size > 0; index++) {
      const length = lineLength(tree) ?? tree.stop('incomplete');
      const stated = chunkSize(lineText(tree, length)) ?? tree.stop('unexpected');
      size = stated;
      tree.group(
        index,
        () => {
          tree.leaf('size', length, size);
          if (size === 0) return;
          const there = Math.min(size, tree.left);
          pieces.push(tree.bytes.subarray(tree.at, tree.at + there));
          total += there;
          const data = tree.leaf(
            'data',
            there,
            there === 0 ? undefined : tree.dataAt(tree.at, tree.at + there),
          );
          if (there < size) {
            // What has come of the body is shown.
            joinedInto(tree, here, pieces, total, headers);
            tree.amiss(data, 'incomplete');
            tree.stop('incomplete');
          }
          const end = lineLength(tree);
          if (end === null || end > 2) tree.stop(tree.left < 2 ? 'incomplete' : 'unexpected');
          tree.leaf('', end);
        },
        size,
      );
    }
    here.value = total;
    headerLines(tree);
  });
  joinedInto(tree, node, pieces, total, headers);
}

function joinedInto(
  tree: Tree,
  node: DecodedNode,
  pieces: readonly Uint8Array[],
  total: number,
  headers: Map<string, string>,
): void {
  if (total === 0) return;
  if (total > tree.context.unpackedLeft) return tree.amiss(node, 'too-large');
  tree.context.unpackedLeft -= total;
  const joined = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  const coding = codingOf(headers);
  tree.layer(node, joined, (inner) => {
    if (coding === null) return void inner.content('body', total, typeOf(inner, total, headers));
    unpackInto(inner, inner.leaf('body', total, coding), coding, joined, headers);
  });
}

function unpackInto(
  tree: Tree,
  node: DecodedNode,
  coding: string,
  bytes: Uint8Array,
  headers: Map<string, string>,
): void {
  const done = unpacked(tree, coding, bytes);
  if (done === null) return tree.amiss(node, 'not-unpacked');
  if (done.bytes.length > 0)
    tree.layer(node, done.bytes, (inner) => {
      inner.content('body', inner.left, typeOf(inner, inner.left, headers));
    });
  if (done.problem !== null) tree.amiss(node, done.problem);
}

const codingOf = (headers: Map<string, string>): string | null => {
  const coding = (headers.get('content-encoding') ?? 'identity').toLowerCase().trim();
  return coding === 'identity' || coding === '' ? null : coding;
};

function typeOf(tree: Tree, length: number, headers: Map<string, string>): ReturnType<typeof decoderOfType> {
  const type = headers.get('content-type');
  return type === undefined ? tree.looksLike(length, ['json', 'xml']) : decoderOfType(type);
}
