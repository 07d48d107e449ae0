/** As what a person wants an endpoint's bytes to be read. */
import { registerKinds, type RegisterKind } from './context.ts';
import { decoderIds, type DecoderId } from './decoded.ts';

/** `automatic`: what they look like. */
export type DecodeAs = 'automatic' | 'none' | DecoderId;
export const decodeAs: readonly DecodeAs[] = ['automatic', 'none', ...decoderIds];

export type DecodeChoice = { as: DecodeAs; registers: RegisterKind };
export const usualDecodeChoice: DecodeChoice = { as: 'automatic', registers: registerKinds[0] };

/** The same with what tells who sent what: all that is needed to read messages of an endpoint. */
export type MessageDecoding = DecodeChoice & { readonly isListener: boolean; readonly isDatagram: boolean };
export const usualMessageDecoding: MessageDecoding = {
  ...usualDecodeChoice,
  ...{ isListener: false, isDatagram: false },
};
