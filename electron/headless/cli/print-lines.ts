/** Lines to standard output, in few writes. */
import { failureOf } from '../../../shared/failure.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { JoinedWrites } from '../../engine/reading/exporters/joined-writes.ts';
import { tell } from '../terminal.ts';
import { standardOutput } from './output.ts';

const writeBytes = 256 * 1024;

/** False where the output could not be written; standard error says why. */
export async function printLines(lines: Iterable<string>): Promise<boolean> {
  const output = standardOutput();
  const joined = new JoinedWrites((bytes) => output.write(bytes), writeBytes);
  try {
    output.begin();
    for (const line of lines) await joined.add(`${line}\n`);
    await joined.flush();
    await output.close();
    return true;
  } catch (error) {
    const { code, message } = inWords(failureOf(error));
    // Whoever read the output has seen enough.
    if (code === 'EPIPE' || code === 'ECONNRESET') return true;
    const { cannotWrite, standardOutput: name } = texts.commandLine;
    tell(`${cannotWrite(name, output.writtenBytes, message)}\n`);
    return false;
  }
}
