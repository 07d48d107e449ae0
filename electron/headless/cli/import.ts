/** `socketscope import FILE`: what a file of another program brings, as a list or as a file of its own. */
import '../../../shared/encodings/all-codecs.ts';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { failureOf } from '../../../shared/failure.ts';
import { mostImportBytes, type Brought, type BroughtMessage } from '../../../shared/importing/brought.ts';
import { exportMessages } from '../../../shared/importing/exporters.ts';
import { readImport, type ImportFormat } from '../../../shared/importing/importers.ts';
import { escapeLine } from '../../../shared/payload/format.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { capabilitiesOf, urlOf } from '../../../shared/settings/transports.ts';
import { describeRefusal } from '../../../shared/texts/describe-refusal.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { tell } from '../terminal.ts';
import type { importOutputs } from './choices.ts';
import { captureFormats, type CaptureFormat } from '../../../shared/importing/captured.ts';
import { inColumns } from './columns.ts';
import { importIntoFolder, isCaptured } from './import-capture.ts';
import { fileOutput, standardOutput, type Output } from './output.ts';
import { UsageError } from './usage-error.ts';
import { inFile, wholeInput } from './whole-input.ts';

export type ImportOptions = {
  as?: ImportFormat | CaptureFormat;
  to?: string;
  format?: (typeof importOutputs)[number];
};

/** Resolves with the exit code: 1 where something of the file is left out. Throws a `UsageError` for what cannot be read. */
export async function importFile(path: string, { as, to, format }: ImportOptions): Promise<number> {
  if (isCaptureFormat(as) || (as === undefined && (await isCaptured(path)))) {
    const { needsFolder, notFor } = texts.captureImport;
    if (to === undefined) throw new UsageError(needsFolder);
    if (format !== undefined) throw new UsageError(notFor);
    return importIntoFolder(path, to, isCaptureFormat(as) ? as : undefined);
  }
  const name = path === '-' ? '' : basename(path);
  const brought = readImport(
    await wholeInput(path, mostImportBytes),
    as === undefined ? { name } : { name, as },
  );
  if (!brought.isReadable) throw new UsageError(inFile(path, describeRefusal(brought.refused[0]!)));
  const made = madeOf(brought, format ?? (to === undefined ? 'text' : 'json'));
  for (const refusal of [...brought.refused, ...made.refused])
    tell(`${texts.commandLine.notBrought(describeRefusal(refusal))}\n`);
  const isWritten = await write(path, to, made.text);
  return isWritten && brought.refused.length + made.refused.length === 0 ? 0 : 1;
}

const isCaptureFormat = (as: ImportOptions['as']): as is CaptureFormat =>
  (captureFormats as readonly unknown[]).includes(as);

function madeOf(brought: Brought, format: (typeof importOutputs)[number]): ReturnType<typeof exportMessages> {
  if (format === 'text') return { text: listOf(brought), refused: [] };
  return exportMessages(format === 'json' ? 'socketscope' : format, brought);
}

/** A line for each: what it is, its name, where to, and how it begins. */
function listOf({ messages, endpoints }: Brought): string {
  return inColumns([...messages.map(messageRow), ...endpoints.map(endpointRow)]);
}

const mostShown = 200;
function messageRow({ name, target, repeatMs, written }: BroughtMessage): string[] {
  const { kinds, repeats, unnamed } = texts.importing;
  const to = target === null || target === 'all' ? '' : targetUrl(target);
  const facts = [...(repeatMs === null ? [] : [repeats(repeatMs / 1000)]), written.mode];
  const text = written.text.length > mostShown ? `${written.text.slice(0, mostShown)}…` : written.text;
  return [
    kinds.message,
    escapeLine(name) || unnamed,
    escapeLine(to),
    `${facts.join(', ')}  ${escapeLine(text)}`,
  ];
}

const targetUrl = ({ transport, host, port }: Exclude<BroughtMessage['target'], null | 'all'>): string =>
  transport === null
    ? urlOf('tcp', { host, port }).replace(/^[^:]*:\/\//, '')
    : urlOf(transport, { host, port });

function endpointRow(settings: EndpointSettings): string[] {
  const { role, name, transport, host, path, port } = settings;
  const { hasPath, isSecured } = capabilitiesOf(settings);
  const isUnchecked = settings.role === 'client' && isSecured && !settings.tls.verify;
  const reply = settings.role === 'listener' && settings.reply.kind !== 'none' ? [settings.reply.kind] : [];
  return [
    texts.importing.kinds[role],
    escapeLine(name),
    escapeLine(urlOf(transport, { host: hasPath ? path : host, port })),
    [...reply, ...(isUnchecked ? [texts.importing.unchecked] : [])].join(', '),
  ];
}

/** False where the output could not be written; standard error says why. */
async function write(from: string, to: string | undefined, text: string): Promise<boolean> {
  const { cannotWrite, standardOutput: name, problems } = texts.commandLine;
  let output: Output;
  try {
    output = to === undefined ? standardOutput() : fileOutput(distinct(from, to));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(problems.cannotWrite('--to', to!, inWords(failureOf(error)).message));
  }
  try {
    output.begin();
    await output.write(text);
    await output.close();
    return true;
  } catch (error) {
    const { code, message } = inWords(failureOf(error));
    // Whoever read the output has seen enough.
    if (code === 'EPIPE' || code === 'ECONNRESET') return true;
    tell(`${cannotWrite(to ?? name, output.writtenBytes, message)}\n`);
    return false;
  }
}

/** The list is no reason to lose what it was made of. */
function distinct(from: string, to: string): string {
  if (from !== '-' && real(from) === real(to))
    throw new UsageError(texts.commandLine.problems.sameFile(from, `--to ${to}`));
  return to;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // Not there yet.
  }
}
