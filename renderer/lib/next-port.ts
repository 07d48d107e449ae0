import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';

const lastPort = 65_535;

/** The same settings; a server gets the next port that no other one here has asked for. Port 0, and a path, stay. */
export function withOwnPort<T extends EndpointSettings>(settings: T, others: readonly EndpointSettings[]): T {
  if (settings.role !== 'listener' || settings.port === 0 || capabilitiesOf(settings).hasPath)
    return settings;
  const taken = new Set(others.filter(({ role }) => role === 'listener').map(({ port }) => port));
  let { port } = settings;
  while (taken.has(port) && port < lastPort) port++;
  return { ...settings, port };
}
