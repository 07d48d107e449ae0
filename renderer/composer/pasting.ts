/** What becomes of a text that is pasted into the composer. */
import { toBase64 } from '../../shared/payload/base64.ts';
import { escapeText, formatHexGroups } from '../../shared/payload/format.ts';
import { compile, isTextual, parse, type Notation } from '../../shared/payload/payload.ts';
import { recognise } from '../../shared/payload/recognise.ts';
import { texts } from '../../shared/texts/index.ts';
import type { Pasted } from '../lib/code-mirror.ts';
import { mostMessage } from '../lib/text-bounds.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';

const perLine = 16;

/**
 * Too long to edit: bytes that are sent as they are. Where another program's notation is recognised: its bytes with a way
 * back, or the text as it is with a way to them.
 */
export function takePasted(
  app: AppState,
  { composer }: EndpointState,
  text: string,
  { start, end }: { start: number; end: number },
): Pasted {
  const { mode, draft: before } = composer;
  if (text.length > mostMessage) {
    const bytes = bytesOf(mode, text);
    if (bytes === null) return null;
    composer.attached = { name: texts.composer.pastedName, blob: new Blob([bytes]) };
    return 'taken';
  }
  const recognised = recognise(text, mode);
  if (recognised === null) return null;
  const { kind, bytes, isSure } = recognised;
  const instead = apart(mode, before.slice(0, start), writtenAs(mode, bytes), before.slice(end));
  // Longer than what the editor bears is refused by it, with a word.
  if (before.length - (end - start) + Math.max(text.length, instead.length) > mostMessage) return null;
  const withThat = (put: string): string => before.slice(0, start) + put + before.slice(end);
  const [asPasted, asRead] = [withThat(text), withThat(instead)];
  const name = texts.composer.pasted[kind];
  /** Nothing, once something else is written. */
  const swap = (from: string, to: string) => () => {
    if (composer.draft === from && composer.mode === mode) composer.draft = to;
  };
  if (isSure) {
    const run = swap(asRead, asPasted);
    app.toast(texts.composer.pastedAs(name, bytes.length), { label: texts.composer.undoPaste, run });
    return { instead };
  }
  const run = swap(asPasted, asRead);
  app.toast(texts.composer.looksLike(name), { label: texts.composer.takeBytes(bytes.length), run });
  return null;
}

/** Null for what means no bytes: then it is refused as any text that is too long. */
function bytesOf(mode: Notation, text: string): Uint8Array<ArrayBuffer> | string | null {
  if (isTextual(mode)) return isWellFormed(text) ? text : null;
  const parsed = parse({ mode, text });
  return parsed.problems.length === 0 ? compile(parsed).fill() : null;
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

function writtenAs(mode: Notation, bytes: Uint8Array): string {
  if (mode === 'base64') return toBase64(bytes);
  return mode === 'hex' ? linesOf(bytes) : escapeText(bytes);
}

function linesOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += perLine)
    lines.push(formatHexGroups(bytes.subarray(at, at + perLine)));
  return lines.join('\n');
}

/** Digits on both sides would become others with it. */
const apart = (mode: Notation, before: string, hex: string, after: string): string =>
  mode === 'hex' ? `${/[^\s]$/.test(before) ? ' ' : ''}${hex}${/^[^\s]/.test(after) ? ' ' : ''}` : hex;
