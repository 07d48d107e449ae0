/** TLS records (RFC 8446, 5246): hellos with their extensions, certificates, alerts; what is encrypted is named as such. */
import { joinBytes } from '../../payload/join.ts';
import type { DecodedNode } from '../decoded.ts';
import type { Decoder } from '../decoder.ts';
import type { Tree } from '../tree.ts';
import { alertDescriptions, cipherSuites, extensionNames, groupNames, signatureNames } from './tls-names.ts';

const recordTypes: Readonly<Record<number, string>> = {
  ...{ 20: 'change cipher', 21: 'alert', 22: 'handshake', 23: 'application data', 24: 'heartbeat' },
};
const handshakes: Readonly<Record<number, string>> = {
  ...{ 0: 'HelloRequest', 1: 'ClientHello', 2: 'ServerHello', 4: 'NewSessionTicket', 5: 'EndOfEarlyData' },
  ...{ 8: 'EncryptedExtensions', 11: 'Certificate', 12: 'ServerKeyExchange', 13: 'CertificateRequest' },
  ...{
    14: 'ServerHelloDone',
    15: 'CertificateVerify',
    16: 'ClientKeyExchange',
    20: 'Finished',
    22: 'CertificateStatus',
  },
};
const versions: Readonly<Record<number, string>> = {
  ...{ 0x0300: 'SSL 3', 0x0301: 'TLS 1.0', 0x0302: 'TLS 1.1', 0x0303: 'TLS 1.2', 0x0304: 'TLS 1.3' },
};
const mostRecord = 16384 + 2048;

export const tls: Decoder = {
  id: 'tls',
  confidence(bytes) {
    const [type = 0, major, minor = 9] = bytes;
    if (bytes.length < 5 || major !== 3 || minor > 4 || recordTypes[type] === undefined) return 0;
    const length = bytes[3]! * 256 + bytes[4]!;
    if (length === 0 || length > mostRecord) return 0;
    return type === 22 && handshakes[bytes[5] ?? 255] !== undefined ? 0.98 : 0.8;
  },
  read(tree) {
    const state: State = { isEncrypted: false, begun: null };
    while (tree.left > 0) record(tree, state);
    if (state.begun !== null) tree.amiss(state.begun.last, 'incomplete');
  },
};

type State = {
  /** Everything is, up to the next hello. */
  isEncrypted: boolean;
  /** A handshake message that goes on in the next record. */
  begun: Begun | null;
};
/** `head`: its first four bytes, which say how long it is. */
type Begun = { head: Uint8Array; parts: Uint8Array[]; length: number; last: DecodedNode };

const versionName = (code: number): string | number =>
  versions[code] ?? `0x${code.toString(16).padStart(4, '0')}`;

function record(tree: Tree, state: State): void {
  const type = tree.peek(1);
  const name = recordTypes[type] ?? tree.stop('unexpected');
  if (tree.peek(1, 1) !== 3 && tree.left > 1) tree.stop('unexpected');
  const length = tree.peek(2, 3);
  if (length > mostRecord) tree.stop('wrong-length');
  tree.group('record', () => {
    tree.here.value = name;
    tree.leaf('type', 1, name);
    tree.leaf('version', 2, versionName(tree.peek(2)));
    tree.number('length', 2);
    const isHidden = state.isEncrypted && !(type === 22 && isHello(tree, length));
    const isWhole = tree.left >= length;
    if (type === 22 && !isHidden) {
      state.isEncrypted = false;
      tree.within(length, () => {
        while (tree.left > 0)
          if (state.begun !== null || (isWhole && goesOn(tree))) state.begun = part(tree, state.begun);
          else handshake(tree);
      });
    } else if (type === 21 && length === 2) {
      const said = `${tree.peek(1) === 2 ? 'fatal' : 'warning'} ${alertDescriptions[tree.peek(1, 1)] ?? tree.peek(1, 1)}`;
      tree.number('level', 1);
      tree.leaf('description', 1, alertDescriptions[tree.peek(1)] ?? tree.peek(1));
      tree.say(`alert ${said}`);
    } else {
      if (type === 20) state.isEncrypted = true;
      tree.say(`${isHidden ? 'encrypted ' : ''}${name} ${length} B`);
      tree.content(type === 20 ? 'message' : 'encrypted', length, null);
    }
  });
}

const isHello = (tree: Tree, length: number): boolean =>
  (tree.peek(1) === 1 || tree.peek(1) === 2) && tree.peek(3, 1) + 4 <= length;

/** What one side says in a handshake may be longer than its record (RFC 8446, 5.1). */
const goesOn = (tree: Tree): boolean =>
  handshakes[tree.peek(1)] !== undefined && !(4 + tree.peek(3, 1) <= tree.left);

/** A part of a message that began in an earlier record, or goes on in a later one. It is read with its last part: null. */
function part(tree: Tree, begun: Begun | null): Begun | null {
  const {
    head: known,
    parts,
    length: before,
  }: Omit<Begun, 'last'> = begun ?? { head: new Uint8Array(), parts: [], length: 0 };
  const next = tree.bytes.subarray(tree.at, Math.min(tree.end, tree.at + 4 - known.length));
  const head = known.length < 4 ? joinBytes([known, next]) : known;
  const whole = head.length < 4 ? Infinity : 4 + head[1]! * 65536 + head[2]! * 256 + head[3]!;
  const length = Math.min(tree.left, whole - before);
  parts.push(tree.bytes.subarray(tree.at, tree.at + length));
  const last = tree.leaf('part', length, handshakes[head[0]!]);
  if (before + length < whole) return { head, parts, length: before + length, last };
  tree.layer(last, joinBytes(parts), (inner) => {
    handshake(inner);
    tree.say(inner.summary);
  });
  return null;
}

function handshake(tree: Tree): void {
  const type = tree.peek(1);
  const name = handshakes[type] ?? tree.stop('unexpected');
  tree.group(name, () => {
    tree.leaf('type', 1, type);
    const length = tree.number('length', 3);
    const said: string[] = [name];
    tree.within(length, () => {
      if (type === 1 || type === 2) hello(tree, type === 1, said);
      else if (type === 11) certificates(tree);
      else if (tree.left > 0) tree.data('data', tree.left);
    });
    tree.say(said.join(' '));
  });
}

function hello(tree: Tree, isClient: boolean, said: string[]): void {
  const version = tree.peek(2);
  tree.leaf('version', 2, versionName(version));
  tree.data('random', 32);
  listed(tree, 'session id', 1, (length) => tree.data('id', length));
  const suite = (): string => named(tree, 'cipher', 2, cipherSuites);
  if (isClient) {
    listed(tree, 'ciphers', 2, () => {
      while (tree.left > 0) suite();
    });
    listed(tree, 'compression', 1, (length) => tree.data('methods', length));
  } else {
    said.push(suite());
    tree.number('compression', 1);
  }
  if (tree.left === 0) return void said.push(String(versionName(version)));
  listed(tree, 'extensions', 2, () => {
    while (tree.left > 0) extension(tree, isClient, said);
  });
}

/** What stands behind its length. */
function listed(tree: Tree, name: string, sizeOfLength: number, read: (length: number) => void): void {
  tree.group(name, () => {
    const length = tree.number('length', sizeOfLength);
    if (length > 0 || Number.isNaN(length)) tree.within(length, () => read(length));
  });
}

function named(tree: Tree, name: string, size: number, names: Readonly<Record<number, string>>): string {
  const code = tree.peek(size);
  const said = names[code] ?? (isGrease(code) ? 'GREASE' : `0x${code.toString(16).padStart(size * 2, '0')}`);
  tree.leaf(name, size, said);
  return said;
}

const isGrease = (code: number): boolean => (code & 0x0f0f) === 0x0a0a && code >> 8 === (code & 255);

function extension(tree: Tree, isClient: boolean, said: string[]): void {
  const type = tree.peek(2);
  tree.group(extensionNames[type] ?? (isGrease(type) ? 'GREASE' : `extension ${type}`), () => {
    const { here } = tree;
    tree.leaf('type', 2, type);
    const length = tree.number('length', 2);
    if (!(length > 0)) return;
    tree.within(length, () => {
      const value = extensionValue(tree, type, isClient);
      if (value === '') return;
      here.value = value;
      if (type === 0 || type === 16 || type === 43) said.push(type === 16 ? `ALPN ${value}` : value);
    });
  });
}

function extensionValue(tree: Tree, type: number, isClient: boolean): string {
  const found: string[] = [];
  const all = (read: () => string): void => {
    while (tree.left > 0) found.push(read());
  };
  if (type === 0) {
    if (tree.left > 0) listed(tree, 'names', 2, () => all(() => serverName(tree)));
  } else if (type === 16) listed(tree, 'protocols', 2, () => all(() => counted(tree, 'protocol')));
  else if (type === 43 && isClient)
    listed(tree, 'versions', 1, () => all(() => named(tree, 'version', 2, versions)));
  else if (type === 43) found.push(named(tree, 'version', 2, versions));
  else if (type === 10) listed(tree, 'groups', 2, () => all(() => named(tree, 'group', 2, groupNames)));
  else if (type === 13) listed(tree, 'schemes', 2, () => all(() => named(tree, 'scheme', 2, signatureNames)));
  else if (type === 51 && isClient) listed(tree, 'shares', 2, () => all(() => keyShare(tree)));
  else if (type === 51 && tree.left > 2) found.push(keyShare(tree));
  else if (type === 51) found.push(named(tree, 'group', 2, groupNames));
  else tree.data('data', tree.left);
  return found.filter((value) => value !== 'GREASE').join(' ');
}

function serverName(tree: Tree): string {
  tree.number('kind', 1);
  const size = tree.number('length', 2);
  return tree.text('name', size);
}

function counted(tree: Tree, name: string): string {
  const size = tree.number('length', 1);
  return tree.text(name, size);
}

function keyShare(tree: Tree): string {
  const group = named(tree, 'group', 2, groupNames);
  const size = tree.number('length', 2);
  tree.data('key', size);
  return group;
}

/** The chain of TLS 1.2; that of 1.3 is encrypted. */
function certificates(tree: Tree): void {
  tree.number('length', 3);
  while (tree.left > 0) {
    tree.group('certificate', () => {
      const length = tree.number('length', 3);
      tree.within(length, () => tree.nested('der'));
    });
  }
}
