/** `socketscope messages`, and what `--send-saved NAME` means: the messages that the window keeps in a data folder. */
import { failureOf } from '../../../shared/failure.ts';
import type { WrittenMessage } from '../../../shared/payload/payload.ts';
import { noWrap } from '../../../shared/payload/wrap.ts';
import { messagesNamed, pathOf } from '../../../shared/sequences/messages.ts';
import type { KeptMessage } from '../../../shared/saved-messages.ts';
import { jsonForTerminal } from '../../../shared/show/characters.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { escapeLine } from '../../../shared/payload/format.ts';
import { defaultDataFolder } from '../../engine/disk/default-data-folder.ts';
import { messagesKind } from '../../engine/documents/kinds.ts';
import { openFolderIn } from '../../engine/workspaces.ts';
import { print } from '../terminal.ts';
import type { messagesFormats } from './choices.ts';
import { readKept } from './kept-document.ts';
import type { MessageOption } from './messages.ts';
import type { TypedMessage } from './options.ts';
import { UsageError } from './usage-error.ts';

export type MessagesOptions = { data?: string; format: (typeof messagesFormats)[number] };

/** Prints them in their order. The app may have the folder open. Throws a `UsageError` for one that cannot be read. */
export async function printMessages({ data, format }: MessagesOptions): Promise<void> {
  const messages = await messagesIn(data);
  if (format === 'jsonl')
    return print(messages.map((each) => `${jsonForTerminal(factsOf(each))}\n`).join(''));
  const names = messages.map((each) => escapeLine(pathOf(each)));
  const width = Math.max(0, ...names.map((name) => name.length));
  print(
    messages
      .map(
        ({ key, written: { mode, text } }, at) =>
          `${key ?? '-'}  ${names[at]!.padEnd(width)}  ${mode.padEnd(6)}  ${escapeLine(text)}\n`,
      )
      .join(''),
  );
}

const factsOf = ({ name, folder, key, note, target, repeatMs, written }: KeptMessage) => {
  const { mode, text, encoding = 'utf-8', lineEnd, wrap = noWrap } = written;
  return { name, folder, key, note, mode, text, encoding, lineEnd, wrap, target, repeatMs };
};

/** Each with what is saved by its name, where it is one of those in the data folder. Throws a `UsageError`. */
export const withSaved = (
  messages: readonly TypedMessage[],
  folder: string | undefined,
): Promise<MessageOption[]> =>
  Promise.all(
    messages.map(async ({ kind, value }) =>
      kind === 'saved' ? { kind, value, written: await findSaved(value, folder) } : { kind, value },
    ),
  );

/** By its name, or by folder and name. Throws a `UsageError` where that is none, or several. */
async function findSaved(name: string, folder: string | undefined): Promise<WrittenMessage> {
  const messages = await messagesIn(folder);
  const found = messagesNamed(name, messages);
  const { savedUnknown, savedTwice } = texts.commandLine.problems;
  if (found.length === 0) throw new UsageError(savedUnknown(name, folderOf(folder)));
  if (found.length > 1) throw new UsageError(savedTwice(name, found.map(pathOf)));
  return found[0]!.written;
}

const folderOf = (folder: string | undefined): string => folder ?? defaultDataFolder(process.env);

/** Throws a `UsageError` for a folder that cannot be read. */
export async function messagesIn(folder: string | undefined): Promise<KeptMessage[]> {
  const place = folderOf(folder);
  try {
    return (await readKept(await openFolderIn(place), messagesKind)).messages;
  } catch (error) {
    const { message } = inWords(failureOf(error, place));
    throw new UsageError(texts.commandLine.problems.cannotRead('--data', place, message));
  }
}
