import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { capabilitiesOf, urlOf } from '../../shared/settings/transports.ts';
import { texts } from '../../shared/texts/index.ts';

/** Where an endpoint listens or connects, and what a person should know of it before it is there. */
export function addressOfSettings(settings: EndpointSettings): { place: string; said: string } {
  const { hasPath, isSecured } = capabilitiesOf(settings);
  const host = hasPath ? settings.path : settings.host;
  const isUnchecked = settings.role === 'client' && isSecured && !settings.tls.verify;
  return {
    place: urlOf(settings.transport, { host, port: settings.port }),
    said: isUnchecked ? texts.importing.unchecked : '',
  };
}
