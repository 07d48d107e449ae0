/** Which layers the settings of a stream ask for, the lowest first. */
import type { ClientSettings, ListenerSettings } from '../../../shared/settings/settings.ts';
import { capabilitiesOf } from '../../../shared/settings/transports.ts';
import type { LayerPlan, LayersOf } from '../net/layer.ts';
import { proxyLayer } from './proxy/tunnel.ts';
import { clientRole, SessionMemory } from './tls/client-role.ts';
import type { TlsResources } from './tls/identity.ts';
import { serverRole } from './tls/server-role.ts';
import { tlsLayer } from './tls/tls-layer.ts';

/** For one client: sessions of TLS are taken up again. */
export function clientLayers(resources: TlsResources): LayersOf<ClientSettings> {
  const sessions = new SessionMemory();
  return (settings) => {
    const plans: LayerPlan[] = [];
    const { protocol, isSecured } = capabilitiesOf(settings);
    if (settings.proxy.kind !== 'none' && protocol === 'tcp') plans.push(proxyLayer(settings));
    if (isSecured)
      plans.push({
        during: 'securing',
        prepare: async () => tlsLayer(await clientRole(settings, resources, sessions), 'client'),
      });
    return plans;
  };
}

export const listenerLayers =
  (resources: TlsResources): LayersOf<ListenerSettings> =>
  (settings) =>
    capabilitiesOf(settings).isSecured
      ? [
          {
            during: 'securing',
            prepare: async () => tlsLayer(await serverRole(settings, resources), 'server'),
          },
        ]
      : [];
