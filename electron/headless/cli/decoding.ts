/** `--decode NAME`: what each record says, beside it. */
import type { RegisterKind } from '../../../shared/decoding/context.ts';
import type { DecoderId } from '../../../shared/decoding/decoded.ts';
import { hasDecoded, type ExportFormat } from '../../../shared/export-formats.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { texts } from '../../../shared/texts/index.ts';
import { toldAs, type Decoding } from '../../engine/reading/exporters/decoded.ts';
import { UsageError } from './usage-error.ts';

type Options = { decode?: DecoderId; registers?: RegisterKind; format: ExportFormat };

/** Throws a `UsageError` for a format that has no place for it, and for options that do not go together. */
export function requireDecodedFormat({ decode, registers, format }: Options): void {
  if (registers !== undefined && decode?.startsWith('modbus') !== true)
    throw new UsageError(texts.commandLine.problems.registersAlone);
  if (decode !== undefined && !hasDecoded(format))
    throw new UsageError(texts.commandLine.problems.decodeFormat);
}

/** null: as nothing. */
export const decodingOf = (
  { decode: as, registers }: { [K in 'decode' | 'registers']?: Options[K] | undefined },
  settings: EndpointSettings,
): Decoding | null => (as === undefined ? null : toldAs({ as, ...(registers && { registers }) }, settings));
