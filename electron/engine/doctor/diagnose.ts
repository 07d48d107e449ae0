/** The port doctor: what can be found out about an endpoint's failure. */
import type { EndpointId } from '../../../shared/domain.ts';
import type { CertificateInfo, StoredCertificate } from '../../../shared/certificates.ts';
import type { Failure } from '../../../shared/failure.ts';
import type { Diagnosis, Finding, OpenSocket } from '../../../shared/network-facts.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { capabilitiesOf, transports, type Transport } from '../../../shared/settings/transports.ts';
import { findAuthority, untrustedCodes } from './authority-findings.ts';
import { findUnreached, namesOf } from './client-findings.ts';
import { findPath, findPortOwners, findUnprivileged, type Doctor } from './port-findings.ts';
import { Turns } from './turns.ts';

/** Everything is cancelled then; what was found by then is the answer. */
const diagnosisMs = 2_800;

/** What failed, with which settings. `refusedChain`: the certificates of a server that were not trusted, its own first. */
export type Patient = {
  id: EndpointId;
  settings: EndpointSettings;
  failure: Failure;
  refusedChain: CertificateInfo[] | null;
};
type Work = Promise<Finding[]>;

const notReached = new Set([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'EAFNOSUPPORT',
]);
const notResolved = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const pathCodes =
  /^(EADDRINUSE|STALE_SOCKET|PATH_.*|EACCES|EPERM|ENOENT|ENOTDIR|ECONNREFUSED|ENOTSOCK|EPROTOTYPE|EAGAIN|ETIMEDOUT)$/;

/** Each looks through all processes, and may open a few sockets. */
const turns = new Turns(2, 32);
/** Those under way: several pages that ask about one failure get one answer. */
const underWay = new WeakMap<Failure, Promise<Diagnosis>>();

/** As `examine`, of which only a few go on at a time. Rejects with TOO_MANY_QUESTIONS. */
export function diagnose(
  patient: Patient,
  own: readonly OpenSocket[],
  certificates: () => Promise<StoredCertificate[]> = () => Promise.resolve([]),
): Promise<Diagnosis> {
  const { failure } = patient;
  const known = underWay.get(failure);
  if (known !== undefined) return known;
  const diagnosis = turns
    .run(() => examine(patient, own, certificates))
    .finally(() => underWay.delete(failure));
  underWay.set(failure, diagnosis);
  return diagnosis;
}

/**
 * Findings about a failure. Takes at most about 3 s, never rejects, leaves no
 * socket open, and connects to nothing on this machine that the system's tables can tell about. `own`: the open sockets
 * of this app.
 */
async function examine(
  patient: Patient,
  own: readonly OpenSocket[],
  certificates: () => Promise<StoredCertificate[]>,
): Promise<Diagnosis> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), diagnosisMs);
  const doctor: Doctor = { signal: over.signal, ownerOf: ownerIn(own, patient.id) };
  try {
    const found = await Promise.all(
      [...worksFor(patient, doctor), ...trustWorks(patient, certificates)].map((work) =>
        settled(work, over.signal),
      ),
    );
    return { findings: found.flat() };
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** What was not found in time, or could not be looked for, is not found. */
function settled(work: Work, signal: AbortSignal): Work {
  const tooLate = new Promise<Finding[]>((resolve) =>
    signal.addEventListener('abort', () => resolve([]), { once: true }),
  );
  return Promise.race([work.catch(() => []), tooLate]);
}

function trustWorks(
  { settings, failure, refusedChain }: Patient,
  certificates: () => Promise<StoredCertificate[]>,
): Work[] {
  if (settings.role !== 'client' || refusedChain === null || !untrustedCodes.has(failure.code)) return [];
  return [certificates().then((kept) => findAuthority(refusedChain, settings.tls.authority, kept))];
}

function worksFor({ settings, failure: { code } }: Patient, doctor: Doctor): Work[] {
  const { protocol } = capabilitiesOf(settings);
  if (protocol === null) return pathCodes.test(code) ? [findPath(settings.path, doctor)] : [];
  const isListener = settings.role === 'listener';
  const local = {
    protocol,
    host: isListener ? settings.host : settings.localHost,
    port: isListener ? settings.port : settings.localPort,
    ipv6Only: isListener && settings.options.ipv6Only,
  } as const;
  if (code === 'EADDRINUSE' && local.port !== 0) return findPortOwners(local, doctor);
  if ((code === 'EACCES' || code === 'EPERM') && local.port !== 0) return [findUnprivileged(local, doctor)];
  if (settings.role === 'listener') return [];
  const isByProxy = protocol === 'tcp' && settings.proxy.kind !== 'none';
  const { host, port } = isByProxy ? settings.proxy : settings;
  if (notReached.has(code)) return findUnreached({ protocol, host, port }, doctor);
  return notResolved.has(code) ? [namesOf(host, doctor).then(({ findings }) => findings)] : [];
}

function ownerIn(own: readonly OpenSocket[], self: EndpointId): Doctor['ownerOf'] {
  return (address, protocol) => {
    const isIt = ({ kind, transport, local }: OpenSocket): boolean =>
      kind !== 'connection' &&
      local?.port === address.port &&
      (local.host === address.host || isAny(local.host)) &&
      protocolOf(transport) === protocol;
    return own.find((socket) => socket.endpoint !== self && isIt(socket))?.endpoint ?? null;
  };
}

const protocolOf = (transport: Transport) => transports[transport].protocol ?? 'unix';

const isAny = (host: string): boolean => host === '::' || host === '0.0.0.0';
