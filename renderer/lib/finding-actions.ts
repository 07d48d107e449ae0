/** What a finding of the port doctor makes possible. */
import { formatAddress, type Address } from '../../shared/address.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import type { Finding } from '../../shared/network-facts.ts';
import { describeFinding, texts } from '../../shared/texts/index.ts';
import { isSystemFailure } from './system-failure.ts';
import { nameOf } from '../../shared/texts/endpoint-name.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';

export type FindingAction = { label: string; run: () => void };

const words = texts.diagnosis;
/** Of one finding; a name can have any number of addresses. */
const mostActions = 3;

/** What was found out, each with what can be done about it; several owners offer the same thing once. */
export function offersOf(
  app: AppState,
  endpoint: EndpointState,
  findings: readonly Finding[],
): { sentence: string; actions: FindingAction[] }[] {
  const offered = new Set<string>();
  const nameOfEndpoint = (id: string): string | null => {
    const other = app.endpointOf(id);
    return other && nameOf(other);
  };
  return findings.map((finding) => {
    const actions = actionsFor(app, endpoint, finding).filter(({ label }) => !offered.has(label));
    for (const { label } of actions) offered.add(label);
    return { sentence: describeFinding(finding, nameOfEndpoint), actions };
  });
}

function actionsFor(app: AppState, endpoint: EndpointState, finding: Finding): FindingAction[] {
  const { settings } = endpoint;
  const isServer = settings.role === 'listener';
  switch (finding.kind) {
    case 'port-owner':
      return [
        ...(finding.endpoint === null ? [] : goTo(app, finding.endpoint)),
        ...(isServer ? [{ label: words.startWhenFree, run: () => startWhenFree(app, endpoint) }] : []),
      ];
    case 'next-free-port':
      return [usePort(app, endpoint, finding.port)];
    case 'path':
      return isServer && finding.state === 'stale'
        ? [{ label: words.removeStale, run: () => void removeStale(app, endpoint) }]
        : [];
    case 'listening-here':
      return connectActions(app, endpoint, finding.addresses);
    case 'known-authority':
      return trustActions(app, endpoint, finding.id);
    case 'other-family':
      return connectActions(app, endpoint, finding.answered);
    default:
      return [];
  }
}

function goTo(app: AppState, id: string): FindingAction[] {
  const other = app.endpointOf(id);
  return other ? [{ label: words.goTo(nameOf(other)), run: () => app.openTab(id) }] : [];
}

const startWhenFree = (app: AppState, endpoint: EndpointState): void =>
  void app.attempt(() => app.engine.startWhenFree(endpoint.id));

/** The certificate is verified as ever, by another authority: where that did not sign it, it is refused again. */
function trustActions(app: AppState, endpoint: EndpointState, authority: string): FindingAction[] {
  const { settings } = endpoint;
  if (settings.role !== 'client') return [];
  const trusting = { ...settings, tls: { ...settings.tls, authority } };
  return [{ label: words.trustHere, run: () => void change(app, endpoint, trusting) }];
}

function usePort(app: AppState, endpoint: EndpointState, port: number): FindingAction {
  const { settings } = endpoint;
  return settings.role === 'listener'
    ? { label: words.usePort(port), run: () => void change(app, endpoint, { ...settings, port }) }
    : {
        label: words.useLocalPort(port),
        run: () => void change(app, endpoint, { ...settings, localPort: port }),
      };
}

/** What is behind a proxy is not reached from here, and what a socket on any address is called is up to the caller. */
function connectActions(app: AppState, endpoint: EndpointState, addresses: Address[]): FindingAction[] {
  const { settings } = endpoint;
  const { hasPath, protocol } = capabilitiesOf(settings);
  if (settings.role !== 'client' || hasPath) return [];
  if (protocol === 'tcp' && settings.proxy.kind !== 'none') return [];
  const reachable = addresses
    .map((address) => ({ ...address, host: loopbackOf(address.host) }))
    .filter(({ host }) => host !== settings.host);
  return reachable.slice(0, mostActions).map(({ host, port, family }) => ({
    label: words.connectTo(formatAddress({ host, port, family })),
    run: () => void change(app, endpoint, { ...settings, host, port }),
  }));
}

const loopbackOf = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;

/** Changes the settings and starts or connects with them. What fails then has an explanation of its own. */
async function change(app: AppState, endpoint: EndpointState, settings: EndpointSettings): Promise<void> {
  await app.changeEndpoint(endpoint, settings);
  if (endpoint.settings !== settings) return;
  const { id } = endpoint;
  await app.attempt(async () => {
    if (settings.role === 'listener') await app.engine.startListening(id);
    else await app.engine.connect(id);
  }, isSystemFailure);
}

async function removeStale(app: AppState, endpoint: EndpointState): Promise<void> {
  const { id } = endpoint;
  await app.attempt(async () => {
    await app.engine.removeStaleSocket(id);
    await app.engine.startListening(id);
  }, isSystemFailure);
}
