/** The decoders that there are. A new one is a file here, its entry, its id and its name. */
import type { Budget, DecodeHints, Unpack } from './context.ts';
import type { Decoder } from './decoder.ts';
import type { Decoded, DecoderId } from './decoded.ts';
import { Tree } from './tree.ts';
import { cbor } from './kinds/cbor.ts';
import { der } from './kinds/der.ts';
import { dns } from './kinds/dns.ts';
import { form } from './kinds/form.ts';
import { http } from './kinds/http.ts';
import { json } from './kinds/json.ts';
import { modbusRtu } from './kinds/modbus-rtu.ts';
import { modbusTcp } from './kinds/modbus-tcp.ts';
import { mqtt } from './kinds/mqtt.ts';
import { msgpack } from './kinds/msgpack.ts';
import { multipart } from './kinds/multipart.ts';
import { pem } from './kinds/pem.ts';
import { protobuf } from './kinds/protobuf.ts';
import { resp } from './kinds/resp.ts';
import { tls } from './kinds/tls.ts';
import { websocket } from './kinds/websocket.ts';
import { xml } from './kinds/xml.ts';

export const decoders: readonly Decoder[] = [
  ...[json, http, form, multipart, modbusTcp, modbusRtu, mqtt, dns, resp],
  ...[tls, websocket, msgpack, cbor, protobuf, der, pem, xml],
];
const byId: ReadonlyMap<DecoderId, Decoder> = new Map(decoders.map((decoder) => [decoder.id, decoder]));

/** Enough for what a person looks at; a bomb of a few KiB unpacks to no more than this. */
const usual = { nodes: 200_000, depth: 100, unpackedBytes: 16 * 1024 * 1024 };
/** Below it nothing is taken for anything. */
const leastConfidence = 0.3;

/** `isOver`: the deadline has passed. */
export const usualBudget = (isOver: () => boolean): Budget => ({ ...usual, isOver });

export type Candidate = { readonly id: DecoderId; readonly confidence: number };

/** What these bytes may be, the likeliest first. */
export function candidates(bytes: Uint8Array, hints: DecodeHints = {}): Candidate[] {
  if (bytes.length === 0) return [];
  return decoders
    .map(({ id, confidence }) => ({ id, confidence: confidence(bytes, hints) }))
    .filter(({ confidence }) => confidence >= leastConfidence)
    .sort((one, other) => other.confidence - one.confidence);
}

/** How much these bytes look like one of them, from 0 to 1. */
export const confidenceOf = (id: DecoderId, bytes: Uint8Array, hints: DecodeHints): number =>
  bytes.length === 0 ? 0 : byId.get(id)!.confidence(bytes, hints);

/** As far as it gets; never throws for what the bytes are. `unpack`: what unpacks codings that there is no code for here. */
export function decode(
  id: DecoderId,
  bytes: Uint8Array,
  budget: Budget,
  hints: DecodeHints = {},
  unpack: Unpack = () => null,
): Decoded {
  const { nodes: nodesLeft, unpackedBytes: unpackedLeft } = budget;
  const spent = { work: 0, layers: 0, depth: 0 };
  const tree = new Tree(bytes, { budget, hints, unpack, decoders: byId, nodesLeft, unpackedLeft, ...spent });
  tree.run(byId.get(id)!.read);
  const { root, summary, isRefusal, error } = tree;
  return { as: id, root, summary, isRefusal, error };
}
