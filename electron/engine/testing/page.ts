import { attachPage } from '../door/attach.ts';
import { decodeMessage, encodeMessage } from '../../../shared/wire/codec.ts';
import type { Channel } from '../../../shared/wire/channel.ts';
import type {
  Commands,
  ConnectionOrder,
  ConnectionWindow,
  EndpointSummary,
  Events,
  Summary,
} from '../../../shared/contract.ts';
import type { ImportedCapture } from '../../../shared/importing/captured.ts';
import { serveRpc, type Remote } from '../../../shared/wire/rpc.ts';
import { decodeRows, type Row } from '../../../shared/wire/row-window.ts';
import type { Engine } from '../engine.ts';
import type { Viewer } from '../door/viewer.ts';

type End = Channel & { receive(message: Uint8Array): void; closed(): void };

/** Two ends of one pipe; messages cross as bytes, later, like over a WebSocket. */
export function channelPair(): [Channel, Channel] {
  let isOpen = true;
  const makeEnd = (other: () => End): End => {
    let listener: (message: unknown) => void = () => undefined;
    const closeListeners: (() => void)[] = [];
    return {
      send: (message) => {
        const bytes = encodeMessage(message);
        setImmediate(() => isOpen && other().receive(bytes));
      },
      onMessage: (onMessage) => (listener = onMessage),
      onClose: (onClose) => closeListeners.push(onClose),
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        for (const end of [one, two]) end.closed();
      },
      receive: (bytes) => listener(decodeMessage(bytes)),
      closed: () => closeListeners.forEach((onClose) => onClose()),
    };
  };
  const one: End = makeEnd(() => two);
  const two: End = makeEnd(() => one);
  return [one, two];
}

/** A page as the engine sees it: its commands, and the summaries that it was told. */
export class TestPage {
  readonly engine: Remote<Commands>;
  readonly viewer: Viewer;
  readonly summaries: Summary[] = [];
  /** What it was told that has come in. */
  readonly imported: ImportedCapture[] = [];
  /** Set to leave summaries without an answer. */
  isSilent = false;
  readonly #channel: Channel;
  #heard: (() => void)[] = [];

  constructor(engine: Engine) {
    const [ours, theirs] = channelPair();
    this.#channel = ours;
    this.engine = serveRpc<Events, Commands>(ours, {
      summary: (summary) => {
        this.summaries.push(summary);
        for (const heard of this.#heard.splice(0)) heard();
        return this.isSilent ? new Promise<void>(() => undefined) : undefined;
      },
      action: () => undefined,
      imported: (imported) => void this.imported.push(imported),
      anew: () => undefined,
    });
    this.viewer = attachPage(engine, theirs);
  }

  get last(): Summary | undefined {
    return this.summaries.at(-1);
  }

  /** Resolves with the first summary, from the last one on, that is as asked. */
  async until(isRight: (summary: Summary) => boolean): Promise<Summary> {
    while (!this.last || !isRight(this.last)) await new Promise<void>((resolve) => this.#heard.push(resolve));
    return this.last;
  }

  /** The same for one endpoint. */
  async untilEndpoint(id: string, isRight: (endpoint: EndpointSummary) => boolean): Promise<EndpointSummary> {
    const find = (summary: Summary) => summary.endpoints.find((one) => one.id === id && isRight(one));
    return find(await this.until((summary) => find(summary) !== undefined))!;
  }

  /** All rows of an endpoint's log, in a view of their own. */
  async log(id: string): Promise<Row[]> {
    const view = await this.engine.openView(id, { connection: null, text: '' }, 'chunks');
    const { rows } = decodeRows(await this.engine.rows(view.id, 0, 512));
    await this.engine.closeView(view.id);
    return rows;
  }

  /** Those that a query finds, the first to open first; '' for all. */
  peers(id: string, find = '', order: ConnectionOrder = 'oldest'): Promise<ConnectionWindow> {
    return this.engine.connections(id, 0, 512, { order, find });
  }

  onClosed(listener: () => void): void {
    this.#channel.onClose(listener);
  }

  close(): void {
    this.#channel.close();
  }
}
