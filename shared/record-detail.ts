/** Reads the detail of a record, which comes from a file: it may be damaged, or made by somebody. */
import type { RecordDetail, RecordKind } from './records.ts';

/** `note`: which note the whole record is, if it is one. */
type Check = (value: unknown, note?: unknown) => boolean;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isFlag: Check = (value) => typeof value === 'boolean';
const isWho: Check = (value) => value === 'us' || value === 'peer';
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isAddress: Check = (value) =>
  isObject(value) && isText(value['host']) && isNumber(value['port']) && isText(value['family']);
const isHold: Check = (value) => value === 'capture' || value === 'replies' || value === 'user';
const isReason: Check = (value) =>
  isObject(value) &&
  Object.values(value).every((part) => isText(part) || isNumber(part)) &&
  isText(value['name']);

/** What a field of this name holds, in whatever kind of record. Numbers are all those that end so. */
const fields: Record<string, Check> = {
  local: orNull(isAddress),
  remote: orNull(isAddress),
  by: isWho,
  host: isText,
  message: isText,
  note: isText,
  words: isText,
  group: isText,
  option: isText,
  during: isText,
  origin: isText,
  how: isText,
  outcome: isText,
  proxy: isText,
  version: isText,
  cipher: isText,
  code: orNull(isText),
  alpn: orNull(isText),
  servername: orNull(isText),
  verifyCode: orNull(isText),
  rule: orNull(isNumber),
  length: orNull(isNumber),
  port: isNumber,
  count: isNumber,
  bytes: isNumber,
  since: isNumber,
  total: isNumber,
  durationMs: isNumber,
  receivedBytes: isNumber,
  sentBytes: isNumber,
  unsentBytes: isNumber,
  carried: isFlag,
  isReused: isFlag,
  isVerified: isFlag,
  closeNotify: orNull(isFlag),
  addresses: listOf(isText),
  chain: listOf(
    (each) => isObject(each) && isText(each['subject']) && listOf(isText)(each['alternativeNames']),
  ),
  why: (value, note) => (note === 'paused' || note === 'resumed' ? isHold(value) : isReason(value)),
  messages: listOf((each) => isObject(each) && isText(each['name']) && isNumber(each['time'])),
};

/**
 * Null for what is no detail of this kind of record, or holds something else in a field that is known. A field may be
 * missing: older captures have fewer.
 */
export function readDetail(kind: RecordKind, json: Uint8Array): RecordDetail | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(json));
    if (!isObject(value) || value['kind'] !== kind) return null;
    const isSound = Object.entries(value).every(
      ([name, part]) => fields[name]?.(part, value['note']) ?? true,
    );
    return isSound ? (value as RecordDetail) : null;
  } catch {
    // Not JSON: the entry outlived its bytes. The record still counts; it has nothing to say.
    return null;
  }
}

const decoder = new TextDecoder();
