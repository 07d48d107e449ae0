/** What lsof (macOS and other Unix systems) and netstat (Windows) say about a port. */
import { execFile } from 'node:child_process';
import { isIP } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import type { Process } from '../../../shared/network-facts.ts';

export type ToolHolder = { local: Address; isListening: boolean; process: Process | null };

const outputBytes = 4 * 1024 * 1024;

/** Null when lsof is not there. Without findings it ends with 1, which is an answer. */
export async function askLsof(
  protocol: 'tcp' | 'udp',
  port: number,
  signal: AbortSignal,
): Promise<ToolHolder[] | null> {
  const output = await run('lsof', ['-nP', `-i${protocol.toUpperCase()}:${port}`, '-FpctnT'], signal);
  return output === null ? null : parseLsof(output, protocol, port);
}

/** Output of `lsof -F pctnT`: a letter and a value per line, a process and then its files. */
export function parseLsof(output: string, protocol: 'tcp' | 'udp', port: number): ToolHolder[] {
  const holders: ToolHolder[] = [];
  let process: Process = { pid: 0, name: '', command: '' };
  let family = 'IPv4';
  for (const line of output.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) process = { pid: Number(value), name: '', command: '' };
    else if (line.startsWith('c')) process = { ...process, name: value };
    else if (line.startsWith('t')) family = value;
    else if (line.startsWith('n')) {
      const [local = '', remote] = value.split('->');
      const address = parseAddress(local, family === 'IPv6' ? 'IPv6' : 'IPv4');
      if (address?.port === port)
        holders.push({ local: address, isListening: protocol === 'udp' && remote === undefined, process });
      // The state of a TCP socket follows its name.
    } else if (line === 'TST=LISTEN' && holders.length > 0) holders.at(-1)!.isListening = true;
  }
  return holders;
}

/** Null when netstat cannot be run. */
export async function askNetstat(
  protocol: 'tcp' | 'udp',
  port: number,
  signal: AbortSignal,
): Promise<ToolHolder[] | null> {
  const output = await run('netstat', ['-ano'], signal);
  if (output === null) return null;
  const found = parseNetstat(output, protocol, port);
  return Promise.all(
    found.map(async ({ pid, ...rest }) => ({ ...rest, process: await nameOf(pid, signal) })),
  );
}

/** Output of Windows' `netstat -ano`. Its words are translated, so a socket listens when it has no remote port. */
export function parseNetstat(
  output: string,
  protocol: 'tcp' | 'udp',
  port: number,
): { local: Address; isListening: boolean; pid: number }[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const [kind = '', local = '', remote = '', ...rest] = line.trim().split(/\s+/);
    if (kind.toLowerCase() !== protocol) return [];
    const address = parseAddress(local, local.startsWith('[') ? 'IPv6' : 'IPv4');
    const pid = Number(rest.at(-1));
    if (address?.port !== port || !Number.isInteger(pid)) return [];
    return [{ local: address, isListening: protocol === 'udp' || /:0$/.test(remote), pid }];
  });
}

async function nameOf(pid: number, signal: AbortSignal): Promise<Process> {
  const output = await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], signal);
  const name = /^"([^"]+)","/.exec(output ?? '')?.[1] ?? '';
  return { pid, name, command: '' };
}

/** `*:80`, `127.0.0.1:80`, `[::1]:80`. */
function parseAddress(text: string, family: 'IPv4' | 'IPv6'): Address | null {
  const match = /^(?:\*|\[([^\]]+)\]|([^[\]*]+)):(\d+)$/.exec(text);
  if (!match) return null;
  const host = match[1] ?? match[2] ?? (family === 'IPv6' ? '::' : '0.0.0.0');
  return isIP(host) === 0 ? null : { host, port: Number(match[3]), family };
}

/** What a program printed, whatever its exit code; null when it could not be run or was ended. Never rejects. */
function run(program: string, args: string[], signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { signal, maxBuffer: outputBytes, windowsHide: true, killSignal: 'SIGKILL' } as const;
    execFile(program, args, options, (error, output) => {
      const isAnswer = error === null || typeof error.code === 'number';
      resolve(isAnswer ? output : null);
    });
  });
}
