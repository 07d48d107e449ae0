/** All formats of `--format`, `--to` and of saved logs. */
import type { ExportFormat } from '../../../../shared/export-formats.ts';
import type { Exporter } from './exporter.ts';
import { csv } from './csv.ts';
import { hex } from './hex.ts';
import { hexdump } from './hexdump.ts';
import { html } from './html.ts';
import { jsonl } from './jsonl.ts';
import { c, javascript, python } from './literals.ts';
import { pcapng } from './pcapng/pcapng.ts';
import { raw, rawSent } from './raw.ts';
import { svg } from './svg.ts';
import { text } from './text.ts';

export const exporters: Readonly<Record<ExportFormat, Exporter>> = {
  ...{ text, hex, hexdump, jsonl, csv, pcapng },
  ...{ raw, 'raw-received': raw, 'raw-sent': rawSent },
  ...{ html, svg },
  ...{ c, python, javascript },
};
