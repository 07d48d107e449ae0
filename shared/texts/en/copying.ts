import type { CopyForm } from '../../payload/copy-forms.ts';
import { formatCount } from '../../show/sizes.ts';
import { formatExactBytes } from './units.ts';

export const copying = {
  copyAs: 'Copy as',
  forms: {
    hex: 'Hex: 48 65 0A',
    'hex-plain': 'Hex without blanks: 48650A',
    text: 'Text, as it is shown',
    escaped: 'Text with escapes: He\\n',
    c: 'C array',
    python: 'Python bytes',
    javascript: 'JavaScript Uint8Array',
    base64: 'Base64',
    dump: 'Hex dump, as “hexdump -C”',
  } satisfies Record<CopyForm, string>,
  copied: (bytes: number) => `Copied ${formatExactBytes(bytes)}`,
  copiedOf: (bytes: number, records: number) =>
    `Copied ${formatExactBytes(bytes)} of ${formatCount(records)} records, joined`,
  copiedPart: (bytes: number, records: number) =>
    `Copied the first ${formatExactBytes(bytes)}, of ${formatCount(records)} records: the clipboard takes no more. “Save log” takes all of them.`,
  tooLong: (most: number) => `That is too much for the clipboard: select at most ${formatExactBytes(most)}.`,
  failed: 'The browser does not let this page write the clipboard.',
};
