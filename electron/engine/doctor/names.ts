/** What a name resolves to, by the system's own resolver and by DNS. */
import { getServers, lookup, Resolver } from 'node:dns';
import { isIP } from 'node:net';
import type { NameAnswer } from '../../../shared/network-facts.ts';
import { monotonic } from '../clock.ts';

/** For each question. DNS asks every name server once in this time. */
export const answerMs = 2_500;
const maxAnswers = 100;

export const nameServers = (): string[] => getServers().slice(0, maxAnswers);

/**
 * The system's answer (hosts file, mDNS, DNS: getaddrinfo(3)) and those of DNS for each family, in parallel, within
 * 2.5 s. A literal address is asked of nobody but the system. Never rejects: `code` says why there is no answer.
 */
export async function askAll(host: string, signal?: AbortSignal): Promise<NameAnswer[]> {
  const system = askSystem(host, signal);
  if (isIP(host) !== 0) return [await system];
  const resolver = new Resolver({ timeout: answerMs / 2, tries: 1 });
  const cancel = (): void => resolver.cancel();
  signal?.addEventListener('abort', cancel);
  const timer = setTimeout(cancel, answerMs);
  try {
    return await Promise.all([
      system,
      timed('A', (done) => resolver.resolve4(host, done)),
      timed('AAAA', (done) => resolver.resolve6(host, done)),
    ]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

/** getaddrinfo(3) cannot be cancelled: its answer may come when nobody waits any more. */
export function askSystem(host: string, signal?: AbortSignal): Promise<NameAnswer> {
  return timed('system', (done) => {
    const giveUp = (): void => done(Object.assign(new Error(), { code: 'ETIMEDOUT' }), []);
    const timer = setTimeout(giveUp, answerMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      done(error, error === null ? found.map(({ address }) => address) : []);
    });
  });
}

type Done = (error: NodeJS.ErrnoException | null, answers: string[]) => void;

function timed(question: NameAnswer['question'], ask: (done: Done) => void): Promise<NameAnswer> {
  const start = monotonic();
  return new Promise((resolve) => {
    const done: Done = (error, found) => {
      const answers = error === null ? [...new Set(found)].slice(0, maxAnswers) : [];
      const code = error === null ? null : (error.code ?? 'UNKNOWN');
      resolve({ question, answers, code, durationMs: monotonic() - start });
    };
    try {
      ask(done);
    } catch (error) {
      // A name that DNS cannot carry is refused before it is asked.
      done(error instanceof Error ? error : new Error(String(error)), []);
    }
  });
}
