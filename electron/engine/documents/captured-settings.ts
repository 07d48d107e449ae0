/** The settings of an endpoint as a file of a capture gets and has them: somebody else may have written it. */
import * as v from 'valibot';
import { isPlainObject } from '../../../shared/schema.ts';
import { defaultListener } from '../../../shared/settings/endpoint.ts';
import { completed } from '../../../shared/settings/field.ts';
import { cleanName } from '../../../shared/settings/imported.ts';
import { defaultReply, mostWrittenCharacters } from '../../../shared/settings/reply.ts';
import { mostName, settingsOf, type EndpointSettings } from '../../../shared/settings/settings.ts';
import { endpointSettings } from '../schemas/schemas.ts';

/** Those of a server where they cannot be read. It never has sockets of its own: `name` is where it came from, and its own where it has none. */
export function capturedSettings(value: unknown, name: string): EndpointSettings {
  const known = isPlainObject(value) ? completed(settingsOf(value.role), value) : null;
  const parsed = v.safeParse(endpointSettings, known);
  const settings = parsed.success ? parsed.output : defaultListener();
  const own = settings.name || cleanName(name, mostName);
  return { ...settings, name: own, importedFrom: cleanName(name, 1000), startsWithApp: false };
}

/** Without passwords, without certificates that are not in this folder, and without what no form can hold. */
export function settingsToKeep(settings: EndpointSettings): EndpointSettings {
  if (settings.role === 'client') {
    const tls = { ...settings.tls, authority: '', identity: '' };
    return { ...settings, tls, proxy: { ...settings.proxy, password: '' } };
  }
  const { reply } = settings;
  const isLong = reply.http.body.text.length > mostWrittenCharacters;
  const tls = { ...settings.tls, identities: [], clientAuthority: '' };
  return { ...settings, tls, reply: isLong ? { ...reply, http: defaultReply().http } : reply };
}
