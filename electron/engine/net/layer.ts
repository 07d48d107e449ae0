/** What stands between a socket and its peer: the seam of proxies, of TLS, and of all else that wraps a byte stream. */
import type { CertificateInfo, TlsFacts } from '../../../shared/certificates.ts';
import type { LayerName } from '../../../shared/domain.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { ByteStream } from './stream-socket.ts';

/** The connection, or the attempt at one, as a layer sees it. */
export type LayerPort = {
  /** `time`: milliseconds since the epoch, default now. */
  record(detail: RecordDetail, time?: number): void;
  /** To be called once, unless the stream fails before: what lies above can be talked to. */
  opened(): void;
  /** Milliseconds that are left for it, at least 1. A layer with a deadline of its own need not ask. */
  readonly timeLeftMs: number;
};

/** What is shown of a connection because of its layers. */
export type LayerFacts = { tls?: TlsFacts; refusedChain?: CertificateInfo[] };

/** A layer over one stream. */
export type Laid = {
  /** Stands in the place of the stream below. It fails as every stream does: by its `failure`, then 'close'. */
  readonly stream: ByteStream;
  readonly facts: LayerFacts;
  /** Whether `failure` tells that it never opened, although this side had thought so. Left out: never. */
  failedLate?(failure: Error, receivedBytes: number): boolean;
};

/** Lays itself over an open stream that nobody reads, and begins at once. */
export type Layer = (below: ByteStream, port: LayerPort) => Laid;

/** A place that is connected to in the peer's stead; `name` as people write it. */
export type Via = { host: string; port: number; name: string };

/** A layer as the settings of one run ask for it. */
export type LayerPlan = {
  /** What is being done until it is open, and what failed when it never is. */
  readonly during: LayerName;
  /** Who stands between: the peer is reached when this layer is open, and only then there is a connection. */
  readonly via?: Via;
  /** Reads all that it will need. Rejects with a `FailureError`. */
  prepare(): Promise<Layer>;
};

/** The layers of a run, the lowest first. */
export type LayersOf<Settings> = (settings: Settings) => readonly LayerPlan[];

/** A plan with what `prepare` made of it. */
export type ReadyLayer = LayerPlan & { readonly layer: Layer };

export const prepared = async (plan: LayerPlan): Promise<ReadyLayer> => ({
  ...plan,
  layer: await plan.prepare(),
});
