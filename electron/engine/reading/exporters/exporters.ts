/** All formats of `--format` and of saved logs. */
import type { ExportFormat } from '../../../../shared/export-formats.ts';
import type { Exporter } from './exporter.ts';
import { csv } from './csv.ts';
import { hex } from './hex.ts';
import { jsonl } from './jsonl.ts';
import { pcapng } from './pcapng/pcapng.ts';
import { raw } from './raw.ts';
import { text } from './text.ts';

export const exporters: Readonly<Record<ExportFormat, Exporter>> = { text, hex, jsonl, raw, csv, pcapng };
