/** From a host to the addresses that are tried, in order. */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordDetail } from '../../../shared/records.ts';
import { FailureError } from '../../../shared/failure.ts';
import { monotonic } from '../clock.ts';
import { zoneFailure } from './address.ts';

/** The part of dns.lookup that is used; tests give their own answers. */
export type Lookup = (
  host: string,
  options: { all: true; order: 'verbatim' },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export type Resolved = Extract<RecordDetail, { kind: 'resolved' }>;
/** `record` is null for a literal address: nothing was asked. */
export type Resolution = { addresses: string[]; record: Resolved | null };

/**
 * All addresses of `host` in the system's order (getaddrinfo(3), RFC 6724). Never rejects for a name that cannot be
 * resolved: `record.code` says why. Throws LINK_LOCAL_WITHOUT_ZONE and UNKNOWN_ZONE for a literal that cannot be used.
 */
export async function resolveHost(host: string, lookup: Lookup = systemLookup): Promise<Resolution> {
  if (isIP(host) !== 0) {
    const wrong = zoneFailure(host);
    if (wrong !== null) throw new FailureError(wrong);
    return { addresses: [host], record: null };
  }
  const start = monotonic();
  const { addresses, code } = await ask(host, lookup);
  return {
    addresses,
    record: { kind: 'resolved', host, addresses, durationMs: monotonic() - start, code },
  };
}

export type LookUp = {
  lookup?: Lookup | undefined;
  /** Most milliseconds for the answer; left out: as long as the system likes. */
  timeoutMs?: number;
  /** Hears what was asked and answered; nothing of a literal address. */
  record(resolved: Resolved): void;
};

/** At least one address. Rejects with a `FailureError`: ENOTFOUND and the like, ETIMEDOUT, or what `resolveHost` throws. */
export async function addressesOf(host: string, { lookup, timeoutMs, record }: LookUp): Promise<string[]> {
  const answered = new AbortController();
  const late = timeoutMs === undefined ? [] : [noAnswer(host, timeoutMs, answered.signal)];
  try {
    const { addresses, record: asked } = await Promise.race([resolveHost(host, lookup), ...late]);
    if (asked !== null) record(asked);
    if (asked?.code) throw unresolved(host, asked.code);
    return addresses;
  } finally {
    answered.abort();
  }
}

async function noAnswer(host: string, durationMs: number, signal: AbortSignal): Promise<Resolution> {
  await delay(durationMs, undefined, { ref: false, signal });
  return { addresses: [], record: { kind: 'resolved', host, addresses: [], durationMs, code: 'ETIMEDOUT' } };
}

function unresolved(host: string, code: string): FailureError {
  return new FailureError({ code, message: `getaddrinfo ${code} ${host}`, subject: host });
}

type Answer = { addresses: string[]; code: string | null };

/** Nothing stops getaddrinfo(3), and few run at a time: who tries again while one hangs waits for that one's answer. */
const pending = new WeakMap<Lookup, Map<string, Promise<Answer>>>();

function ask(host: string, lookup: Lookup): Promise<Answer> {
  const asked = pending.get(lookup) ?? new Map<string, Promise<Answer>>();
  pending.set(lookup, asked);
  let answer = asked.get(host);
  if (answer === undefined)
    asked.set(host, (answer = askNow(host, lookup).finally(() => asked.delete(host))));
  return answer;
}

function askNow(host: string, lookup: Lookup): Promise<Answer> {
  return new Promise((resolve) => {
    lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
      const addresses = error === null ? [...new Set(found.map(({ address }) => address))] : [];
      const code = error === null ? (addresses.length === 0 ? 'ENOTFOUND' : null) : (error.code ?? 'UNKNOWN');
      resolve({ addresses, code });
    });
  });
}
