/** What decoders make of bytes. Plain data: it crosses to workers and pages as it is. */

/** In the order in which they are shown. */
export const decoderIds = [
  ...(['json', 'http', 'form', 'multipart', 'modbus-tcp', 'modbus-rtu', 'mqtt', 'dns', 'resp'] as const),
  ...(['tls', 'websocket', 'msgpack', 'cbor', 'protobuf', 'der', 'pem', 'xml'] as const),
] as const;
export type DecoderId = (typeof decoderIds)[number];

/** Words are in `shared/texts/` under `decoding`. */
export type DecodeProblem =
  /** The bytes end inside of something. */
  | 'incomplete'
  /** Nothing that may stand here. */
  | 'unexpected'
  /** A length that does not fit what it counts. */
  | 'wrong-length'
  | 'wrong-checksum'
  /** Behind what was to be read there are more bytes. */
  | 'left-over'
  /** Compressed bytes that are damaged. */
  | 'damaged'
  /** Nothing here unpacks these. */
  | 'not-unpacked'
  /** Compressed with what went before these bytes. */
  | 'needs-earlier'
  | 'too-large'
  | 'too-deep'
  | 'too-many'
  | 'too-slow';

/** undefined: says nothing by itself. Numbers that no double holds are text. */
export type NodeValue = string | number | boolean | null | undefined;

/** A range of bytes. The children of one that has some lie side by side and cover it: what has none is a leaf. */
export type DecodedNode = {
  /** In the protocol's own words; of an element its index; '' for bytes that only hold the form together. */
  name: string | number;
  value: NodeValue;
  readonly offset: number;
  length: number;
  readonly children: readonly DecodedNode[];
  problem: DecodeProblem | null;
  /** What these bytes are once they are unpacked, unmasked or joined: offsets below it count in its own bytes. */
  layer: DecodedLayer | null;
};
export type DecodedLayer = { readonly bytes: Uint8Array; readonly root: DecodedNode };

/** `offset`: in the bytes that were given; of what is wrong in a layer, where the bytes lie that it came out of. */
export type DecodeError = { readonly code: DecodeProblem; readonly offset: number };

export type Decoded = {
  readonly as: DecoderId;
  /** All that was given. */
  readonly root: DecodedNode;
  /** One line, in the protocol's own words. */
  readonly summary: string;
  /** One of its messages says that something failed: an exception, an error, a refusal. */
  readonly isRefusal: boolean;
  /** The first thing that was wrong. */
  readonly error: DecodeError | null;
};
