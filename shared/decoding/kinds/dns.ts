/** DNS (RFC 1035, 6891, 9460): messages as datagrams, or behind their length as TCP carries them. */
import type { Decoder } from '../decoder.ts';
import type { Tree } from '../tree.ts';

const types: Readonly<Record<number, string>> = {
  ...{
    1: 'A',
    2: 'NS',
    5: 'CNAME',
    6: 'SOA',
    12: 'PTR',
    13: 'HINFO',
    15: 'MX',
    16: 'TXT',
    28: 'AAAA',
    29: 'LOC',
  },
  ...{ 33: 'SRV', 35: 'NAPTR', 39: 'DNAME', 41: 'OPT', 43: 'DS', 46: 'RRSIG', 47: 'NSEC', 48: 'DNSKEY' },
  ...{ 50: 'NSEC3', 52: 'TLSA', 64: 'SVCB', 65: 'HTTPS', 251: 'IXFR', 252: 'AXFR', 255: 'ANY', 257: 'CAA' },
};
const classes: Readonly<Record<number, string>> = { 1: 'IN', 3: 'CH', 4: 'HS', 254: 'NONE', 255: 'ANY' };
const codes = [
  ...['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET'],
  ...['NOTAUTH', 'NOTZONE'],
];
const operations: Readonly<Record<number, string>> = {
  0: 'query',
  1: 'iquery',
  2: 'status',
  4: 'notify',
  5: 'update',
};
const headBytes = 12;
const mostRecords = 200;
const mostNameBytes = 255;
const pointer = 0xc0;
/** Names point to names that point to names. */
const mostJumps = 64;

export const dns: Decoder = {
  id: 'dns',
  confidence(bytes, { isDatagram }) {
    const inTcp =
      isDatagram !== true && bytes.length > headBytes + 2 && bytes[0]! * 256 + bytes[1]! === bytes.length - 2;
    const start = inTcp ? 2 : 0;
    if (bytes.length < start + headBytes + 5) return 0;
    const u16 = (at: number): number => bytes[start + at]! * 256 + bytes[start + at + 1]!;
    const isKnown = operations[(u16(2) >> 11) & 15] !== undefined && (u16(2) & 0x40) === 0;
    const isCounted = u16(4) <= 4 && u16(4) + u16(6) > 0 && [6, 8, 10].every((at) => u16(at) <= mostRecords);
    if (!isKnown || !isCounted) return 0;
    let at = start + headBytes;
    // The first name must be one.
    for (let size = bytes[at]!; size > 0; size = bytes[at]!) {
      if (size > 63 || at + size + 1 >= bytes.length) return 0;
      at += size + 1;
    }
    return bytes[at + 1]! <= 1 && bytes[at + 4] !== undefined ? (inTcp ? 0.9 : 0.85) : 0;
  },
  read(tree) {
    const isStream =
      dns.confidence(tree.bytes.subarray(tree.at + 2, tree.at + 2 + tree.peek(2)), { isDatagram: true }) > 0;
    const isTcp = tree.hints.isDatagram !== true && tree.peek(2) + 2 <= tree.left && isStream;
    if (!isTcp) return message(tree);
    while (tree.left > 0) {
      tree.group('message', () => {
        const length = tree.number('length', 2);
        tree.within(length, () => message(tree));
      });
    }
  },
};

function message(tree: Tree): void {
  const start = tree.at;
  const counts = [0, 0, 0, 0];
  let flags = 0;
  tree.group('header', () => {
    tree.number('id', 2);
    flags = tree.peek(2);
    tree.leaf('flags', 2, flagWords(flags));
    ['questions', 'answers', 'authorities', 'additional'].forEach((name, at) => {
      counts[at] = tree.number(name, 2);
    });
  });
  const asked: string[] = [];
  const answered: string[] = [];
  const sections = ['questions', 'answers', 'authorities', 'additional'];
  sections.forEach((section, part) => {
    if (counts[part] === 0) return;
    tree.group(section, () => {
      for (let index = 0; index < counts[part]!; index++) {
        const said = part === 0 ? question(tree, start, index) : record(tree, start, index);
        if (part < 2) (part === 0 ? asked : answered).push(said);
      }
    });
  });
  const code = flags & 15;
  const outcome = flags & 0x8000 && code > 0 ? ` → ${codes[code] ?? code}` : '';
  const answers = answered.length > 0 ? ` → ${answered.slice(0, 3).join(', ')}` : '';
  if (outcome !== '') tree.isRefusal = true;
  tree.say(`${asked.join(', ')}${outcome}${answers}`.trim());
}

function flagWords(flags: number): string {
  const named = ['AA', 'TC', 'RD', 'RA'].filter((_, at) => flags & (0x400 >> at));
  const code = flags & 0x8000 ? [codes[flags & 15] ?? String(flags & 15)] : [];
  const kind = flags & 0x8000 ? 'response' : 'request';
  return [kind, operations[(flags >> 11) & 15] ?? (flags >> 11) & 15, ...named, ...code].join(' ');
}

function question(tree: Tree, start: number, index: number): string {
  let said = '';
  tree.group(index, () => {
    const owner = name(tree, start, 'name');
    const type = tree.peek(2);
    tree.leaf('type', 2, types[type] ?? type);
    // Of mDNS: the highest bit asks for an answer to this address alone.
    const kind = tree.peek(2) & 0x7fff;
    tree.leaf('class', 2, classes[kind] ?? kind);
    tree.here.value = said = `${types[type] ?? type} ${owner}`;
  });
  return said;
}

function record(tree: Tree, start: number, index: number): string {
  let said = '';
  tree.group(index, () => {
    const owner = name(tree, start, 'name');
    const type = tree.peek(2);
    tree.leaf('type', 2, types[type] ?? type);
    const kind = tree.peek(2);
    tree.leaf(
      type === 41 ? 'payload size' : 'class',
      2,
      type === 41 ? kind : (classes[kind & 0x7fff] ?? kind),
    );
    tree.number(type === 41 ? 'extended flags' : 'TTL', 4);
    const length = tree.number('length', 2);
    const { here } = tree;
    here.value = `${types[type] ?? type} ${owner}`;
    if (length > 0)
      tree.sized('data', length, () => {
        said = data(tree, start, type);
        tree.here.value = said;
      });
    here.value = `${here.value} ${said}`.trim();
  });
  return said;
}

function data(tree: Tree, start: number, type: number): string {
  const { left } = tree;
  if (type === 1 && left === 4)
    return leafOf(tree, 'address', 4, [...tree.bytes.subarray(tree.at, tree.at + 4)].join('.'));
  if (type === 28 && left === 16) return leafOf(tree, 'address', 16, ipv6(tree));
  if (type === 2 || type === 5 || type === 12 || type === 39) return name(tree, start, 'name');
  if (type === 15) return `${tree.number('preference', 2)} ${name(tree, start, 'exchange')}`;
  if (type === 33) {
    const [, , port] = [tree.number('priority', 2), tree.number('weight', 2), tree.number('port', 2)];
    return `${name(tree, start, 'target')}:${port}`;
  }
  if (type === 6) {
    const server = name(tree, start, 'server');
    name(tree, start, 'mailbox');
    ['serial', 'refresh', 'retry', 'expire', 'minimum'].forEach((field) => tree.number(field, 4));
    return server;
  }
  if (type === 16) {
    const texts: string[] = [];
    while (tree.left > 0) texts.push(counted(tree, 'text'));
    return texts.join(' ');
  }
  if (type === 257) {
    tree.number('flags', 1);
    const tag = counted(tree, 'tag');
    return `${tag} ${tree.text('value', tree.left)}`;
  }
  if (type === 64 || type === 65) return serviceBinding(tree, start);
  if (type === 41) return options(tree);
  tree.leaf('data', left, tree.dataAt(tree.at, tree.end));
  return '';
}

function options(tree: Tree): string {
  while (tree.left > 0) {
    tree.group('option', () => {
      tree.here.value = tree.number('code', 2);
      const length = tree.number('length', 2);
      tree.data('data', length);
    });
  }
  return '';
}

function serviceBinding(tree: Tree, start: number): string {
  const priority = tree.number('priority', 2);
  const target = name(tree, start, 'target');
  while (tree.left > 0) {
    tree.group('parameter', () => {
      tree.here.value = tree.number('key', 2);
      const length = tree.number('length', 2);
      tree.data('value', length);
    });
  }
  return `${priority} ${target}`;
}

function leafOf(tree: Tree, label: string, length: number, value: string): string {
  tree.leaf(label, length, value);
  return value;
}

/** A text behind its length of one byte, as one leaf. */
function counted(tree: Tree, label: string): string {
  const size = tree.peek(1);
  if (!(size + 1 <= tree.left)) tree.stop('incomplete');
  return leafOf(tree, label, size + 1, tree.textAt(tree.at + 1, tree.at + 1 + size));
}

/** Takes a name; what it points to lies elsewhere in the message, which begins at `start`. */
function name(tree: Tree, start: number, label: string): string {
  const labels: string[] = [];
  let [at, size, length, jumps] = [tree.at, 0, 0, 0];
  for (;;) {
    const byte = at < tree.bytes.length ? tree.bytes[at]! : tree.stop('incomplete');
    if (jumps === 0 && at >= tree.end) tree.stop('incomplete');
    if (byte >= pointer) {
      if (jumps === 0) size = at + 2 - tree.at;
      if (at + 1 >= tree.bytes.length) tree.stop('incomplete');
      const to = start + (byte & 0x3f) * 256 + tree.bytes[at + 1]!;
      // Only backwards, so that it ends.
      if (to >= at || ++jumps > mostJumps) tree.stop('unexpected');
      at = to;
      continue;
    }
    if (byte >= 64) tree.stop('unexpected');
    if (jumps === 0) size = at + 1 - tree.at;
    if (byte === 0) break;
    length += byte + 1;
    if (length > mostNameBytes) tree.stop('wrong-length');
    labels.push(tree.textAt(at + 1, Math.min(tree.bytes.length, at + 1 + byte)));
    at += byte + 1;
  }
  return leafOf(tree, label, size, labels.join('.') || '.');
}

function ipv6(tree: Tree): string {
  const groups = Array.from({ length: 8 }, (_, at) => tree.peek(2, at * 2).toString(16));
  const text = groups.join(':');
  // The longest run of zeros is left out (RFC 5952).
  const runs = text.match(/\b0(?::0)+\b/g) ?? [];
  const longest = runs.reduce((most, run) => (run.length > most.length ? run : most), '');
  return longest === '' ? text : text.replace(new RegExp(`(^|:)${longest}(:|$)`), '::');
}
