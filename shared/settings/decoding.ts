/** As what messages of an endpoint are read, with what its settings say of who sends what. */
import { usualDecodeChoice, type DecodeAs, type MessageDecoding } from '../decoding/choice.ts';
import { capabilitiesOf, type Transport } from './transports.ts';

/** `registers`: as what Modbus registers are read. */
export const messageDecodingOf = (
  as: DecodeAs,
  settings: { role: 'listener' | 'client'; transport: Transport },
  registers = usualDecodeChoice.registers,
): MessageDecoding => ({
  ...{ as, registers },
  isListener: settings.role === 'listener',
  isDatagram: capabilitiesOf(settings).hasBoundaries,
});
