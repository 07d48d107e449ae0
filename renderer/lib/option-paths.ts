/** The options of an endpoint, by their places in its settings: which it has, what they are called and are by default. */
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import {
  optionsIn,
  panelNames,
  type OptionField,
  type PanelName,
  type Role,
} from '../../shared/settings/field.ts';
import { valueAt, withValue, type OptionPath } from '../../shared/settings/paths.ts';
import { settingsOf, type EndpointSettings } from '../../shared/settings/settings.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import { texts, type OptionWords } from '../../shared/texts/index.ts';

const initialOf = ({ role }: EndpointSettings): EndpointSettings =>
  role === 'listener' ? defaultListener() : defaultClient();

export const isChanged = (settings: EndpointSettings, path: OptionPath): boolean =>
  JSON.stringify(valueAt(settings, path)) !== JSON.stringify(valueAt(initialOf(settings), path));

/** With the defaults in these places. */
export function withDefaults(settings: EndpointSettings, paths: readonly OptionPath[]): EndpointSettings {
  const initial = initialOf(settings);
  return paths.reduce((changed, path) => withValue(changed, path, valueAt(initial, path)), settings);
}

export type OptionOf = Omit<OptionField, 'path'> & { path: OptionPath };

export type OptionGroup = {
  name: PanelName;
  /** Those whose fields are shown: some have a meaning only while another one is on. */
  shown: OptionOf[];
  /** The paths of those and of what they hide. */
  all: OptionPath[];
};

/** The groups that an endpoint has, in the order of the panel. A name is not an option. */
export function optionGroups(settings: EndpointSettings): OptionGroup[] {
  const transport = capabilitiesOf(settings);
  const had = (optionsIn(settingsOf(settings.role)) as OptionOf[]).filter(
    ({ option }) => option.of?.(settings.role, transport) ?? true,
  );
  const isOn = (path: string | null): boolean =>
    path === null || ![false, 0, 'none'].includes(valueAt(settings, path) as string | number | boolean);
  return panelNames
    .map((name) => had.filter(({ option }) => option.panel === name))
    .filter((options) => options.length > 0)
    .map((options) => ({
      name: options[0]!.option.panel,
      shown: options.filter(({ needs }) => isOn(needs)),
      all: options.map(({ path }) => path),
    }));
}

/** These are shown by views of their own; every other option by its kind. */
export const ownViews: ReadonlySet<OptionPath> = new Set([
  ...(['localHost', 'localPort', 'udp.groups'] as const),
  ...(['tls.identities', 'tls.clientCertificates', 'tls.clientAuthority'] as const),
  ...(['tls.servername', 'tls.sendServername', 'tls.verify', 'tls.authority', 'tls.identity'] as const),
  ...(['tls.alpn', 'tls.minVersion', 'tls.maxVersion', 'tls.ciphers', 'tls.keyLog'] as const),
]);

/** What an option's field is called, whichever view shows it; null where it has no field of one name. */
export function labelOf(path: OptionPath, role: Role): string | null {
  if (!ownViews.has(path) || path in texts.options.fields) return wordsOf(path, role).label;
  const words = (texts.tls as Readonly<Record<string, unknown>>)[path.replace('tls.', '')];
  if (typeof words === 'string') return words;
  return typeof words === 'object' && words !== null && 'label' in words ? String(words.label) : null;
}

/** An option whose words are not written yet is called by its path. */
export function wordsOf(path: OptionPath, role: Role): OptionWords {
  const fields: Partial<Record<OptionPath, OptionWords | Record<Role, OptionWords>>> = texts.options.fields;
  const words = fields[path] ?? { label: path, hint: '' };
  return 'label' in words ? words : words[role];
}
