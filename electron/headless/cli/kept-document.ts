/** What a data folder keeps, for commands that only look: what of it is left out is told. */
import { texts } from '../../../shared/texts/index.ts';
import { readDocument, type DocumentKind } from '../../engine/documents/document.ts';
import { tell } from '../terminal.ts';

const { damaged, warning } = texts.commandLine.mistakes;

/** Rejects with the system's error where there is a file that cannot be read. */
export const readKept = <T extends object>(folder: string, kind: DocumentKind<T>): Promise<T> =>
  readDocument(folder, kind, (path) => tell(`${warning(damaged(path))}\n`));
