/** Which encodings an endpoint's bytes are read in. They are what is seen, looked for and saved, never what is captured. */
import type * as v from 'valibot';
import { encodingIds } from '../encodings/encodings.ts';
import { mostOwnEncodings, type ShownEncodings, type Way } from '../encodings/shown.ts';
import { choice, group, list, number, type Option } from './field.ts';
import { capabilitiesOf, type Transport } from './transports.ts';

const general: Option = { panel: 'general' };
const ways: readonly Way[] = ['sent', 'received'];

export const encodings = group({
  received: choice(encodingIds, general),
  sent: choice(encodingIds, general),
  /** Of single connections, by the numbers of their records. */
  own: list(
    group({
      connection: number(0, { min: 0, max: 0xffff_ffff }),
      way: choice(ways),
      encoding: choice(encodingIds),
    }),
    mostOwnEncodings,
  ),
});
export type EncodingSettings = v.InferOutput<typeof encodings>;

/** For a log of the endpoint. */
export const shownEncodings = (settings: {
  transport: Transport;
  encodings: EncodingSettings;
}): ShownEncodings => ({ ...settings.encodings, carries: !capabilitiesOf(settings).hasBoundaries });
