/** Modbus TCP: the head MBAP and a PDU, one message behind another. */
import type { Decoder } from '../decoder.ts';
import { isModbusFunction, modbusPdu } from './modbus-pdu.ts';

const headBytes = 7;
const mostCounted = 254;

export const modbusTcp: Decoder = {
  id: 'modbus-tcp',
  confidence(bytes) {
    const [, , high, low, lengthHigh, length = 0, , code = 0] = bytes;
    if (bytes.length <= headBytes || high !== 0 || low !== 0 || lengthHigh !== 0) return 0;
    if (length < 2 || length > mostCounted || !isModbusFunction(code)) return 0;
    if (length + 6 === bytes.length) return 0.9;
    return length + 6 < bytes.length && bytes[length + 8] === 0 && bytes[length + 9] === 0 ? 0.8 : 0.4;
  },
  read(tree) {
    while (tree.left > 0) {
      tree.group('message', () => {
        let [unit, length] = [0, 0];
        const transaction = tree.peek(2);
        tree.group('MBAP', () => {
          tree.number('transaction', 2);
          if (tree.peek(2) > 0) tree.stop('unexpected');
          tree.number('protocol', 2);
          length = tree.peek(2);
          if (length < 2 || length > mostCounted) tree.stop('wrong-length');
          tree.number('length', 2);
          unit = tree.number('unit', 1);
          tree.here.value = `transaction ${transaction} unit ${unit}`;
        });
        modbusPdu(tree, length - 1);
      });
    }
  },
};
