/** `--decode NAME`: what each record says, beside it. */
import type { DecoderId } from '../../../shared/decoding/decoded.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';
import { capabilitiesOf } from '../../../shared/settings/transports.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { Decoding } from '../../engine/reading/exporters/decoded.ts';
import { unpackByNode } from './unpack.ts';
import { UsageError } from './usage-error.ts';

/** Throws a `UsageError` for a format that has no place for it. */
export function requireDecodedFormat({ decode, format }: { decode?: DecoderId; format: ExportFormat }): void {
  if (decode !== undefined && !['text', 'jsonl', 'html', 'svg'].includes(format))
    throw new UsageError(texts.commandLine.problems.decodeFormat);
}

/** null: as nothing. */
export const decodingOf = (as: DecoderId | undefined, settings: EndpointSettings): Decoding | null =>
  as === undefined
    ? null
    : {
        as,
        isListener: settings.role === 'listener',
        isDatagram: capabilitiesOf(settings).hasBoundaries,
        unpack: unpackByNode,
      };
