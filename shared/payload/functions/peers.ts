/** What the connection tells that a message goes to. */
import type { Address } from '../../address.ts';
import type { FillContext } from '../context.ts';
import { decodeEscaped, encodeEscaped } from '../escaped-utf8.ts';
import type { Functions, PayloadFunction } from './function.ts';
import { ofBytes, ofNumber, ofText, textOf, ValueError, type Value } from './value.ts';

/** As much as a chunk has. */
const mostSearchedBytes = 64 * 1024;

const known = (
  name: string,
  find: (context: FillContext) => Address | null,
  make: (address: Address) => Value,
): PayloadFunction => ({
  family: 'connection',
  parameters: [],
  isVolatile: true,
  example: `{{${name}}}`,
  make: (_, context) => {
    const address = find(context);
    if (address === null) throw new ValueError('value-missing');
    return make(address);
  },
});
const host = ({ host: name }: Address): Value => ofText(name);
const port = ({ port: number }: Address): Value => ofNumber(number);

export const peerFunctions: Functions = {
  localAddress: known('localAddress', ({ local }) => local, host),
  localPort: known('localPort', ({ local }) => local, port),
  remoteAddress: known('remoteAddress', ({ remote }) => remote, host),
  remotePort: known('remotePort', ({ remote }) => remote, port),
  value: {
    family: 'connection',
    parameters: [{ name: 'name', kind: 'text' }],
    isVolatile: true,
    asksHost: true,
    example: '{{value token}}',
    make: ([name], { value }) => ofBytes(value(textOf(name!))),
  },
  received: {
    family: 'connection',
    parameters: [
      { name: 'match', kind: 'expression', initial: '""' },
      { name: 'group', kind: 'text', initial: '0' },
    ],
    isVolatile: true,
    asksReceived: true,
    example: "{{received match='id=([0-9]+)' group=1}}",
    make: ([match, group], { received, search }) => {
      if (received === null) throw new ValueError('value-missing');
      const pattern = textOf(match!);
      if (pattern === '') return ofBytes(received);
      const found = search(new RegExp(pattern, 'u'), decodeEscaped(received.subarray(0, mostSearchedBytes)));
      const which = textOf(group!);
      const text = /^[0-9]{1,3}$/.test(which) ? found?.[Number(which)] : found?.groups?.[which];
      if (text === undefined) throw new ValueError('value-no-match');
      return ofBytes(encodeEscaped(text));
    },
  },
};
