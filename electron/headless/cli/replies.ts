/** `--reply`, `--greet` and `--then-close` as settings. */
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { parse, type FieldNotation, type Written } from '../../../shared/payload/payload.ts';
import { escapeText } from '../../../shared/payload/format.ts';
import { defaultReply } from '../../../shared/settings/reply.ts';
import type { ReplySettings } from '../../../shared/settings/settings.ts';
import { explainProblem, texts } from '../../../shared/texts/index.ts';
import type { InputFile } from './input-files.ts';
import { UsageError, usageErrorAt } from './usage-error.ts';

/** `encoding`: of what is written there. */
export type ReplyOptions = { reply: string; greet: string | null; thenClose: boolean; encoding: EncodingId };

/** Stands for a file until it is read. */
const noFile: InputFile = { option: '', path: '', bytes: new Uint8Array(0) };

/** `http` is what FILE holds. Throws a `UsageError` for a reply that does not exist, or TEXT that cannot be read. */
export function replySettings(
  { reply, greet, thenClose, encoding }: ReplyOptions,
  http?: InputFile,
): ReplySettings {
  if (thenClose && greet === null) throw new UsageError(texts.commandLine.problems.thenClose);
  return {
    ...defaultReply(),
    ...replyKind(reply, encoding, http),
    greeting: written('--greet', greet ?? '', 0, encoding),
    greetingThenClose: thenClose,
  };
}

function replyKind(reply: string, encoding: EncodingId, http?: InputFile): Partial<ReplySettings> {
  const [, name = '', colon = '', value = ''] = /^([a-z]*)(:?)([^]*)$/.exec(reply) ?? [];
  const at = name.length + 1;
  if (colon === '' && (name === 'none' || name === 'echo' || name === 'upper' || name === 'timestamp'))
    return { kind: name };
  if (colon === ':' && name === 'prefix')
    return { kind: 'prefix', prefix: written(reply, value, at, encoding) };
  if (colon === ':' && name === 'text') return { kind: 'fixed', fixed: written(reply, value, at, encoding) };
  if (colon === ':' && name === 'http' && value !== '')
    return { kind: 'http', http: httpAnswer(http ?? noFile) };
  throw usageErrorAt(reply, 0, reply.length, texts.commandLine.problems.reply);
}

function written(whole: string, text: string, at: number, encoding: EncodingId): Written<FieldNotation> {
  const reply: Written<FieldNotation> = {
    ...{ mode: 'text', text },
    ...(encoding === 'utf-8' ? {} : { encoding }),
  };
  const [problem] = parse(reply).problems;
  if (problem === undefined) return reply;
  const { start, end } = problem;
  const isReply = at > 0;
  throw usageErrorAt(
    isReply ? whole : text,
    start + at,
    end + at,
    texts.commandLine.problems.inOption(isReply ? '--reply' : whole, explainProblem(problem)),
  );
}

/** The file's bytes as the body of a 200 answer, with the media type of its name. */
function httpAnswer({ path, bytes }: InputFile): ReplySettings['http'] {
  return {
    status: 200,
    headers: `Content-Type: ${mediaType(path)}`,
    body: { mode: 'text', text: escapeText(bytes) },
  };
}

const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  htm: 'text/html; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  xml: 'application/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  pdf: 'application/pdf',
};

function mediaType(path: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(mediaTypes, extension) && mediaTypes[extension]) || 'application/octet-stream';
}
