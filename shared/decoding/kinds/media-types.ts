/** Which decoder reads a body, by its media type. */
import type { DecoderId } from '../decoded.ts';

const byType: readonly (readonly [RegExp, DecoderId])[] = [
  [/^[\w.-]+\/(?:[\w.-]+\+)?json$|^application\/(?:x-)?(?:ndjson|jsonlines|json-seq|jsonl)$/, 'json'],
  [/^application\/x-www-form-urlencoded$/, 'form'],
  [/^multipart\//, 'multipart'],
  [/^[\w.-]+\/(?:[\w.-]+\+)?xml$/, 'xml'],
  [/^application\/(?:vnd\.|x-)?msgpack$/, 'msgpack'],
  [/^application\/(?:[\w.-]+\+)?cbor$/, 'cbor'],
  [/^application\/(?:x-|vnd\.google\.)?protobuf$/, 'protobuf'],
  [/^application\/dns-message$/, 'dns'],
  [/^application\/(?:x-pem-file|pem-certificate-chain)$/, 'pem'],
  [/^application\/(?:pkix-cert|x-x509-ca-cert|ocsp-request|ocsp-response)$/, 'der'],
];

/** null: as text or bytes. */
export function decoderOfType(contentType: string): DecoderId | null {
  const [type = ''] = contentType.toLowerCase().split(';');
  return byType.find(([pattern]) => pattern.test(type.trim()))?.[1] ?? null;
}
