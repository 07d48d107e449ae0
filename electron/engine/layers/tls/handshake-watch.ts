/** Which messages of a handshake go by, and when, told from the bytes on the wire. It changes nothing and keeps no more than an alert. */
import type { TlsMessage, TlsMessageName } from '../../../../shared/certificates.ts';
import { now } from '../../clock.ts';
import { alertOf, type Alert } from './alerts.ts';

/** A handshake has about ten; more is a peer that plays with us. */
const mostMessages = 32;

/** Content types of TLS records (RFC 8446 5.1). */
const recordTypes = { changeCipherSpec: 20, alert: 21, handshake: 22, data: 23 } as const;
const recordHeaderBytes = 5;
const messageHeaderBytes = 4;
/** Of an alert in the clear; with a check value and a kind behind it, encrypted ones are longer. */
const alertBytes = 2;
const serverHello = 2;
/** Version, and the start of the random value, which tells a HelloRetryRequest (RFC 8446 4.1.3). */
const helloBytes = 6;
const retryRandom = Buffer.from('cf21ad74', 'hex');

/** RFC 8446 4 and RFC 5246 7.4. */
const names: Readonly<Record<number, TlsMessageName>> = {
  0: 'HelloRequest',
  1: 'ClientHello',
  2: 'ServerHello',
  4: 'NewSessionTicket',
  11: 'Certificate',
  12: 'ServerKeyExchange',
  13: 'CertificateRequest',
  14: 'ServerHelloDone',
  15: 'CertificateVerify',
  16: 'ClientKeyExchange',
  20: 'Finished',
  22: 'CertificateStatus',
};

/** Both directions of one handshake. Bytes may be cut anywhere; what is no TLS ends the reading of its direction. */
export class HandshakeWatch {
  /** In the order they went by; encrypted ones in a row count once. */
  readonly messages: TlsMessage[] = [];
  readonly #ours = new MessageReader((name) => this.#tell('us', name));
  readonly #theirs = new MessageReader((name) => this.#tell('peer', name));

  /**
   * What the peer gave up for: its fatal alert in the clear, or a warning that it said last. In TLS 1.3 one that does not
   * trust us may have no keys for its alert yet, and BoringSSL takes that for a broken record.
   */
  get peersAlert(): Alert | null {
    return this.#theirs.alert;
  }

  sent(bytes: Uint8Array): void {
    this.#ours.read(bytes);
  }

  received(bytes: Uint8Array): void {
    this.#theirs.read(bytes);
  }

  #tell(by: TlsMessage['by'], name: TlsMessageName): void {
    const { messages } = this;
    const last = messages.at(-1);
    const isMore = name === 'encrypted' && last?.name === name && last.by === by;
    if (isMore || messages.length === mostMessages) return;
    messages.push({ time: now(), by, name });
    // It is of TLS 1.3, where ChangeCipherSpec means nothing: a second ClientHello follows it (RFC 8446 D.4).
    if (name === 'HelloRetryRequest') this.#ours.ignoresChange = this.#theirs.ignoresChange = true;
  }
}

class MessageReader {
  ignoresChange = false;
  /** The first fatal one, else a warning that nothing has followed. */
  alert: Alert | null = null;
  readonly #told: (name: TlsMessageName) => void;
  readonly #recordHeader: number[] = [];
  readonly #messageHeader: number[] = [];
  /** Null: what is read is no alert in the clear. */
  #alert: number[] | null = null;
  #recordType = 0;
  /** Bytes of the record, and of the message in it, that are still to come. */
  #recordRest = 0;
  #messageRest = 0;
  /** What follows ChangeCipherSpec cannot be read (RFC 5246 7.1). */
  #isEncrypted = false;
  #isOff = false;

  constructor(told: (name: TlsMessageName) => void) {
    this.#told = told;
  }

  read(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isOff;) {
      if (this.#recordRest === 0) {
        this.#readHeader(bytes[at++]!);
        continue;
      }
      const end = Math.min(bytes.length, at + this.#recordRest);
      this.#recordRest -= end - at;
      if (this.#recordType === recordTypes.handshake && !this.#isEncrypted)
        this.#readMessages(bytes.subarray(at, end));
      if (this.#alert !== null) this.#readAlert(this.#alert, bytes.subarray(at, end));
      at = end;
    }
  }

  #readHeader(byte: number): void {
    const header = this.#recordHeader;
    if (header.push(byte) < recordHeaderBytes) return;
    const [type, major, , high, low] = header as [number, number, number, number, number];
    header.length = 0;
    this.#recordType = type;
    this.#recordRest = high * 256 + low;
    this.#isOff = major !== 3 || type < recordTypes.changeCipherSpec || type > recordTypes.data;
    if (!this.#isOff) this.#onRecord(type);
  }

  #onRecord(type: number): void {
    if (type !== recordTypes.alert && !this.alert?.isFatal) this.alert = null;
    this.#alert = type === recordTypes.alert && this.#recordRest === alertBytes ? [] : null;
    if (type === recordTypes.alert) this.#told('Alert');
    else if (type === recordTypes.data) this.#told('encrypted');
    else if (type === recordTypes.changeCipherSpec) this.#isEncrypted = !this.ignoresChange;
    else if (this.#isEncrypted) this.#told('Finished');
  }

  #readAlert(read: number[], bytes: Uint8Array): void {
    read.push(...bytes);
    const [level, description] = read;
    if (level === undefined || description === undefined || this.alert?.isFatal) return;
    this.alert = alertOf(level, description) ?? this.alert;
  }

  /** A message may span records, and a record may hold many. */
  #readMessages(bytes: Uint8Array): void {
    const header = this.#messageHeader;
    for (let at = 0; at < bytes.length;) {
      const skipped = Math.min(this.#messageRest, bytes.length - at);
      this.#messageRest -= skipped;
      at += skipped;
      if (at === bytes.length) return;
      header.push(bytes[at++]!);
      const isHello = header[0] === serverHello;
      if (header.length < messageHeaderBytes + (isHello ? helloBytes : 0)) continue;
      const [type, high, middle, low] = header as [number, number, number, number];
      const random = Buffer.from(header.slice(messageHeaderBytes + 2));
      const isRetry = isHello && random.equals(retryRandom);
      this.#messageRest = Math.max(0, (high * 256 + middle) * 256 + low - (isHello ? helloBytes : 0));
      header.length = 0;
      this.#told(isRetry ? 'HelloRetryRequest' : (names[type] ?? 'unknown'));
    }
  }
}
