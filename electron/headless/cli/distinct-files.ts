/** No file that is written may be read, or written in another role: what it holds would be lost, or grow for ever. */
import { fstatSync, realpathSync, statSync, type BigIntStats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { texts } from '../../../shared/texts/index.ts';
import { namedInputs } from './input-files.ts';
import type { ConnectOptions, ListenOptions } from './options.ts';
import { UsageError } from './usage-error.ts';

type Use = 'read' | 'write';
type Named = { name: string; identity: string | null; use: Use };

/**
 * Throws a `UsageError` for two uses of one file, through links too. To be called before files are opened, and again
 * when they are: what did not exist before has its identity only then.
 */
export function requireDistinctFiles(options: Partial<ListenOptions & ConnectOptions>): void {
  const { out, pcapng, keylog, messages = [] } = options;
  const { standardInput, standardOutput, standardError, problems } = texts.commandLine;
  const named: Named[] = [
    ...messages.flatMap(({ kind, value }) => (kind === 'file' ? [ofPath('--send-file', value, 'read')] : [])),
    ...namedInputs(options).map(({ option, path }) => ofPath(option, path, 'read')),
    ofDescriptor(standardInput, 0, 'read'),
    ...(out === undefined ? [ofDescriptor(standardOutput, 1, 'write')] : [ofPath('--out', out, 'write')]),
    ...(pcapng === undefined ? [] : [ofPath('--pcapng', pcapng, 'write')]),
    ...(keylog === undefined ? [] : [ofPath('--keylog', keylog, 'write')]),
    ofDescriptor(standardError, 2, 'write'),
  ];
  for (const [index, one] of named.entries())
    for (const other of named.slice(0, index)) {
      if (one.identity === null || one.identity !== other.identity) continue;
      // A log of both is what `> log 2>&1` asks for.
      if (one.name === standardError && other.name === standardOutput) continue;
      if (one.use === 'write' || other.use === 'write')
        throw new UsageError(problems.sameFile(other.name, one.name));
    }
}

function ofPath(option: string, path: string, use: Use): Named {
  return { name: `${option} ${path}`, identity: identityOf(path), use };
}

/** Null for what cannot hold anything, such as /dev/null, and for what cannot be looked at: opening it says why. */
function identityOf(path: string): string | null {
  try {
    return identityIn(statSync(path, { bigint: true }));
  } catch {
    // Not there yet: two names of one place are the same file soon.
  }
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    // Its folder is not there either.
    return null;
  }
}

function ofDescriptor(name: string, descriptor: number, use: Use): Named {
  const stats = statsOf(descriptor);
  // Node would take it for empty.
  if (descriptor === 0 && stats?.isDirectory() === true)
    throw new UsageError(texts.commandLine.cannotReadInput(texts.commandLine.problems.folderAsInput));
  return { name, identity: stats && identityIn(stats), use };
}

function statsOf(descriptor: number): BigIntStats | null {
  try {
    return fstatSync(descriptor, { bigint: true });
  } catch {
    // Closed, or of a kind that the system does not tell.
    return null;
  }
}

const identityIn = (stats: BigIntStats): string | null =>
  stats.isFile() || stats.isFIFO() ? `${stats.dev}:${stats.ino}` : null;
