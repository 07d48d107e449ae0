/** The framings that there are, in the order in which they are shown. A new one is a file here, its entry, and its words. */
import type { FramerKind } from './kind.ts';
import { at } from './kinds/at.ts';
import { between } from './kinds/between.ts';
import { cobs } from './kinds/cobs.ts';
import { delimiter } from './kinds/delimiter.ts';
import { fixed } from './kinds/fixed.ts';
import { gap } from './kinds/gap.ts';
import { http } from './kinds/http.ts';
import { length } from './kinds/length.ts';
import { cr, crlf, lf, line } from './kinds/lines.ts';
import { modbusRtu } from './kinds/modbus-rtu.ts';
import { modbusTcp } from './kinds/modbus-tcp.ts';
import { mqtt } from './kinds/mqtt.ts';
import { nmea } from './kinds/nmea.ts';
import { regex } from './kinds/regex.ts';
import { resp } from './kinds/resp.ts';
import { slip } from './kinds/slip.ts';

export const framerKinds: readonly FramerKind[] = [
  ...[line, lf, crlf, cr, delimiter, fixed, length, between],
  ...[slip, cobs, gap, regex],
  ...[modbusTcp, modbusRtu, mqtt, http, resp, nmea, at],
];
