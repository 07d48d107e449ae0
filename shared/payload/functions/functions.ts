/** The functions of a message, by name. One more is an entry in a file of its family. */
import { checks } from './checks.ts';
import type { PayloadFunction } from './function.ts';
import { numbers } from './numbers.ts';
import { outsideFunctions } from './outside.ts';
import { peerFunctions } from './peers.ts';
import { randoms } from './randoms.ts';
import { textFunctions } from './texts.ts';
import { times } from './times.ts';

export const payloadFunctions = new Map<string, PayloadFunction>(
  Object.entries({
    ...times,
    ...randoms,
    ...numbers,
    ...textFunctions,
    ...checks,
    ...peerFunctions,
    ...outsideFunctions,
  }),
);

/** Names of Postman, Insomnia, JMeter and others for the same; a leading `$` is passed over. */
export const functionAliases: Readonly<Partial<Record<string, string>>> = {
  guid: 'uuid',
  randomUUID: 'uuid',
  newUuid: 'uuid',
  unixtime: 'timestamp',
  newDate: 'isoTimestamp',
  random: 'randomInt',
  last: 'received',
  previous: 'received',
};

/** Null for a name that there is not. */
export function functionCalled(name: string): PayloadFunction | null {
  const plain = name.replace(/^\$/, '');
  return payloadFunctions.get(functionAliases[plain] ?? plain) ?? null;
}
