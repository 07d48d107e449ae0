/** Modbus RTU: an address, a PDU and a CRC. Messages that stand together are told apart by their CRC. */
import type { Decoder } from '../decoder.ts';
import type { Tree } from '../tree.ts';
import { isModbusFunction, modbusPdu } from './modbus-pdu.ts';

const leastBytes = 4;
const mostBytes = 256;
const crcBytes = 2;

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

export const modbusRtu: Decoder = {
  id: 'modbus-rtu',
  confidence(bytes) {
    if (bytes.length < leastBytes || !isModbusFunction(bytes[1]!)) return 0;
    const length = messageLength(bytes, 0, bytes.length);
    if (length === null) return 0;
    return length === bytes.length || bytes.length > 8 ? 0.85 : 0.5;
  },
  read(tree) {
    while (tree.left > 0) {
      if (tree.left < leastBytes) tree.stop('incomplete');
      const found = messageLength(tree.bytes, tree.at, tree.end);
      tree.spend(mostBytes);
      const length = found ?? Math.min(tree.left, mostBytes);
      tree.group('message', () => {
        const unit = tree.number('address', 1);
        tree.here.value = `unit ${unit}`;
        modbusPdu(tree, length - 1 - crcBytes);
        checksum(tree, found !== null);
      });
    }
  },
};

function checksum(tree: Tree, isRight: boolean): void {
  tree.leaf('CRC', crcBytes, tree.peek(crcBytes, 0, true), isRight ? null : 'wrong-checksum');
}

/** The shortest message from `start` whose CRC is right: over all of it that is 0. */
function messageLength(bytes: Uint8Array, start: number, end: number): number | null {
  let crc = 0xffff;
  const most = Math.min(end, start + mostBytes);
  for (let at = start; at < most; at++) {
    crc = crcTable[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
    if (crc === 0 && at + 1 - start >= leastBytes) return at + 1 - start;
  }
  return null;
}
