/** Which encodings the bytes of an endpoint are shown in, and who changes that. */
import type { EncodingId } from '../../shared/encodings/encodings.ts';
import { readingIn, type TextReading } from '../../shared/encodings/reading.ts';
import { encodingOf, withOwnEncoding, type ShownEncodings, type Way } from '../../shared/encodings/shown.ts';
import type { RecordKind } from '../../shared/records.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

const ways: readonly Way[] = ['sent', 'received'];
/** Of what has bytes. */
export const wayOf = (kind: RecordKind): Way => (kind === 'sent' ? 'sent' : 'received');

/** `before`: what earlier payloads have left of a character. */
export const readingOf = (
  encodings: ShownEncodings,
  connection: number,
  way: Way,
  before?: Uint8Array,
): TextReading => readingIn(encodingOf(encodings, connection, way), before, encodings.carries);

type Settings = EndpointSettings['encodings'];
const change = (app: AppState, endpoint: EndpointState, encodings: Settings): void =>
  void app.changeEndpoint(endpoint, { ...endpoint.settings, encodings });

/** Of one connection, in these directions; null: as of all others. */
export function showOwn(
  app: AppState,
  endpoint: EndpointState,
  connection: number,
  encoding: EncodingId | null,
  of: readonly Way[] = ways,
): void {
  const { encodings } = endpoint.settings;
  change(
    app,
    endpoint,
    of.reduce((changed, way) => withOwnEncoding(changed, connection, way, encoding), encodings),
  );
}

/** Of all connections, also of those that had one of their own. */
export function showAll(
  app: AppState,
  endpoint: EndpointState,
  encoding: EncodingId,
  of: readonly Way[] = ways,
): void {
  const { encodings } = endpoint.settings;
  const changed = Object.fromEntries(of.map((way) => [way, encoding]));
  const own = encodings.own.filter(({ way }) => !of.includes(way));
  change(app, endpoint, { ...encodings, ...changed, own });
}
