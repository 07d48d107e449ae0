/** What becomes of a text that is pasted into the composer. */
import { formatHexGroups } from '../../shared/payload/format.ts';
import { parseHexDump } from '../../shared/payload/hex-dump.ts';
import { compile, parse } from '../../shared/payload/payload.ts';
import { texts } from '../../shared/texts/index.ts';
import type { Pasted } from '../lib/code-mirror.ts';
import { mostMessage } from '../lib/text-bounds.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';

const perLine = 16;

/** Too long to edit: bytes that are sent as they are. In hex, where a dump is recognised: its bytes, with a way back. */
export function takePasted(
  app: AppState,
  { composer }: EndpointState,
  text: string,
  { start, end }: { start: number; end: number },
): Pasted {
  if (text.length > mostMessage) {
    const bytes = bytesOf(composer.mode === 'hex', text);
    if (bytes === null) return null;
    composer.attached = { name: texts.composer.pastedName, blob: new Blob([bytes]) };
    return 'taken';
  }
  const dumped = composer.mode === 'hex' ? parseHexDump(text) : null;
  if (dumped === null) return null;
  const before = composer.draft;
  const instead = apart(before.slice(0, start), linesOf(dumped), before.slice(end));
  // Longer than what the editor bears is refused by it, with a word.
  if (before.length - (end - start) + Math.max(text.length, instead.length) > mostMessage) return null;
  const asPasted = before.slice(0, start) + text + before.slice(end);
  app.toast(texts.composer.dumpTaken(dumped.length), {
    label: texts.composer.keepAsPasted,
    run: () => (composer.draft = asPasted),
  });
  return { instead };
}

/** Null for what means no bytes: then it is refused as any text that is too long. */
function bytesOf(isHex: boolean, text: string): Uint8Array<ArrayBuffer> | string | null {
  if (!isHex) return isWellFormed(text) ? text : null;
  const parsed = parse({ mode: 'hex', text });
  return parsed.problems.length === 0 ? compile(parsed).fill() : null;
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

function linesOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += perLine)
    lines.push(formatHexGroups(bytes.subarray(at, at + perLine)));
  return lines.join('\n');
}

/** Digits on both sides would become others with it. */
const apart = (before: string, hex: string, after: string): string =>
  `${/[^\s]$/.test(before) ? ' ' : ''}${hex}${/^[^\s]/.test(after) ? ' ' : ''}`;
