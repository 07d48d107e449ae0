/** What stands between two contents of a workspace. */
import type { Endpoint } from '../../../shared/contract.ts';
import { isPlainObject } from '../../../shared/schema.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { nameOf } from '../../../shared/texts/endpoint-name.ts';
import { mostChangedFields, type WorkspaceChange } from '../../../shared/workspaces.ts';
import type { FileContent } from './workspace-file.ts';

const mostTold = 100;

/** What would become of `from`, item by item, without its layout. */
export function changesBetween(
  from: FileContent,
  to: FileContent,
  isRunning: (id: string) => boolean,
): WorkspaceChange[] {
  const lists: Record<WorkspaceChange['what'], (content: FileContent) => Item[]> = {
    endpoint: ({ endpoints }) =>
      endpoints.map(({ id, settings }) => ({
        id,
        // One of another role takes its place: the sockets of this one end.
        key: `${settings.role} ${id}`,
        name: nameOf({ settings, summary: null }),
        value: settings,
      })),
    message: ({ messages }) =>
      messages.map((value) => ({ id: value.id, key: value.id, name: value.name, value })),
    sequence: ({ sequences }) =>
      sequences.map(({ id, sequence }) => ({ id, key: id, name: sequence.name, value: sequence })),
  };
  return Object.entries(lists)
    .flatMap(([what, listOf]) =>
      between(listOf(from), listOf(to)).map(({ id, ...change }) => ({
        what: what as WorkspaceChange['what'],
        ...change,
        isRunning: what === 'endpoint' && change.how !== 'added' && isRunning(id),
      })),
    )
    .slice(0, mostTold);
}

/** `key`: what stays itself has the same one. */
type Item = { id: string; key: string; name: string; value: unknown };

type Difference = { id: string } & Pick<WorkspaceChange, 'how' | 'name' | 'fields'>;

function between(from: Item[], to: Item[]): Difference[] {
  const before = new Map(from.map(({ key, value }) => [key, value]));
  const after = new Set(to.map(({ key }) => key));
  const changed = to.flatMap(({ id, key, name, value }): Difference[] => {
    if (!before.has(key)) return [{ id, how: 'added', name, fields: [] }];
    const fields = [...differences(before.get(key), value)];
    return fields.length === 0
      ? []
      : [{ id, how: 'changed', name, fields: fields.slice(0, mostChangedFields + 1) }];
  });
  const gone = from.filter(({ key }) => !after.has(key));
  const all = [
    ...changed,
    ...gone.map(({ id, name }) => ({ id, how: 'removed' as const, name, fields: [] })),
  ];
  if (all.length > 0 || from.every(({ key }, at) => key === to[at]!.key)) return all;
  // The same in another order.
  const moved = to.find(({ key }, at) => key !== from[at]!.key)!;
  return [{ id: moved.id, how: 'changed', name: moved.name, fields: [] }];
}

/** The places at which two values differ, as the file names them: `port`, `tls.alpn[1]`; '' for the values themselves. */
function* differences(from: unknown, to: unknown, at = ''): Generator<string> {
  if (isPlainObject(from) && isPlainObject(to)) {
    const names = new Set([...Object.keys(from), ...Object.keys(to)]);
    for (const name of names) yield* differences(from[name], to[name], at === '' ? name : `${at}.${name}`);
  } else if (Array.isArray(from) && Array.isArray(to) && from.length === to.length)
    for (const [index, value] of from.entries()) yield* differences(value, to[index], `${at}[${index}]`);
  else if (from !== to && JSON.stringify(from) !== JSON.stringify(to)) yield at;
}

/**
 * With what a file does not say of endpoints that are known here: whether they start with the app, and the password of a
 * proxy, as long as it is the same one.
 */
export function withOwn(content: FileContent, own: readonly Endpoint[]): FileContent {
  const known = new Map(own.map(({ id, settings }) => [id, settings]));
  const endpoints = content.endpoints.map(({ id, settings }) => ({
    id,
    settings: completedBy(settings, known.get(id)),
  }));
  return { ...content, endpoints };
}

function completedBy(settings: EndpointSettings, own: EndpointSettings | undefined): EndpointSettings {
  if (own === undefined || own.role !== settings.role) return settings;
  const { startsWithApp } = own;
  if (settings.role === 'listener' || own.role === 'listener') return { ...settings, startsWithApp };
  const isSameProxy = (['kind', 'host', 'port', 'username'] as const).every(
    (field) => settings.proxy[field] === own.proxy[field],
  );
  const password = settings.proxy.password || (isSameProxy ? own.proxy.password : '');
  return { ...settings, startsWithApp, proxy: { ...settings.proxy, password } };
}
