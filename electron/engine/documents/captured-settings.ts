/** The settings of an endpoint as a file of a capture has them: somebody else may have written it. */
import * as v from 'valibot';
import { isPlainObject } from '../../../shared/schema.ts';
import { defaultListener } from '../../../shared/settings/endpoint.ts';
import { completed } from '../../../shared/settings/field.ts';
import { cleanName } from '../../../shared/settings/imported.ts';
import { mostName, settingsOf, type EndpointSettings } from '../../../shared/settings/settings.ts';
import { endpointSettings } from '../schemas/schemas.ts';

/** Those of a server called `name` where they cannot be read. It never has sockets of its own: `name` is where it came from. */
export function capturedSettings(value: unknown, name: string): EndpointSettings {
  const known = isPlainObject(value) ? completed(settingsOf(value.role), value) : null;
  const parsed = v.safeParse(endpointSettings, known);
  const settings = parsed.success ? parsed.output : { ...defaultListener(), name: cleanName(name, mostName) };
  return { ...settings, importedFrom: cleanName(name, 1000), startsWithApp: false };
}
