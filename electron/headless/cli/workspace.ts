/** `socketscope workspace check|export FILE`: what a workspace file holds, and the open workspace of a data folder as one. */
import '../../../shared/encodings/all-codecs.ts';
import { FailureError, failureOf } from '../../../shared/failure.ts';
import { escapeLine } from '../../../shared/payload/format.ts';
import { describeRefusal } from '../../../shared/texts/describe-refusal.ts';
import { addressOf, nameOf } from '../../../shared/texts/endpoint-name.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { defaultDataFolder } from '../../engine/disk/default-data-folder.ts';
import { replaceFile } from '../../engine/disk/write-file.ts';
import { endpointsKind, layoutKind, messagesKind, sequencesKind } from '../../engine/documents/kinds.ts';
import { readWorkspaceFile } from '../../engine/documents/linked-file.ts';
import {
  readWorkspace,
  workspaceText,
  type FileContent,
  type WorkspaceRead,
} from '../../engine/documents/workspace-file.ts';
import { openFolderIn } from '../../engine/workspaces.ts';
import { print, tell } from '../terminal.ts';
import { inColumns } from './columns.ts';
import { readKept } from './kept-document.ts';
import { UsageError } from './usage-error.ts';

export type WorkspaceOptions = { data?: string; secrets: boolean };

/** Throws a `UsageError` for what cannot be read or written, with each place. */
export async function workspace(task: string, path: string, options: WorkspaceOptions): Promise<void> {
  if (task === 'check') return check(path);
  if (task === 'export') return exportTo(path, options);
  throw new UsageError(texts.commandLine.problems.workspaceTask);
}

async function check(path: string): Promise<void> {
  const { content, notes } = await checkedWorkspace(path);
  for (const note of notes)
    tell(`${texts.commandLine.mistakes.warning(inFile(path, describeRefusal(note)))}\n`);
  print(listOf(content));
}

/** Throws a `UsageError` with the place of each problem, a line each. */
export async function checkedWorkspace(path: string): Promise<WorkspaceRead & { isReadable: true }> {
  const bytes = await readWorkspaceFile(path).catch((error: unknown) => {
    throw new UsageError(inFile(path, inWords(failureOf(error, path)).message));
  });
  const read = readWorkspace(bytes);
  if (read.isReadable) return read;
  throw new UsageError(read.problems.map((problem) => inFile(path, describeRefusal(problem))).join('\n'));
}

const inFile = (path: string, problem: string): string => texts.commandLine.problems.inOption(path, problem);

function listOf({ endpoints, messages, sequences }: FileContent): string {
  const { kinds, unnamed } = texts.importing;
  const rows = [
    ...endpoints.map(({ settings }) => {
      const shown = { settings, summary: null };
      return [kinds[settings.role], nameOf(shown), addressOf(shown)];
    }),
    ...messages.map(({ name, written }) => [kinds.message, name || unnamed, written.mode]),
    ...sequences.map(({ sequence }) => [kinds.sequence, sequence.name || unnamed, '']),
  ].map((row) => row.map(escapeLine));
  return inColumns(rows);
}

/** The app may have the folder open: what it changed in the last second may be missing. */
async function exportTo(path: string, { data, secrets }: WorkspaceOptions): Promise<void> {
  const dataFolder = data ?? defaultDataFolder(process.env);
  let text: string;
  try {
    const folder = await openFolderIn(dataFolder);
    const { endpoints } = await readKept(folder, endpointsKind);
    const { messages } = await readKept(folder, messagesKind);
    const { sequences } = await readKept(folder, sequencesKind);
    const layout = await readKept(folder, layoutKind);
    text = workspaceText(
      { endpoints, messages, sequences, layout },
      { extra: null, version: 1, withSecrets: secrets },
    );
    if (!readWorkspace(Buffer.from(text)).isReadable) throw new FailureError({ code: 'WORKSPACE_TOO_LONG' });
  } catch (error) {
    const { message } = inWords(failureOf(error, dataFolder));
    throw new UsageError(texts.commandLine.problems.cannotRead('--data', dataFolder, message));
  }
  if (path === '-') return void process.stdout.write(text);
  await replaceFile(path, text).catch((error: unknown) => {
    throw new UsageError(inFile(path, inWords(failureOf(error, path)).message));
  });
}
