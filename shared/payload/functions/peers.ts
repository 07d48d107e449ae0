/** What the connection tells that a message goes to. */
import type { Address } from '../../address.ts';
import type { FillContext } from '../context.ts';
import type { Functions, PayloadFunction } from './function.ts';
import { ofBytes, ofNumber, ofText, ValueError, type Value } from './value.ts';

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
  received: {
    family: 'connection',
    parameters: [],
    isVolatile: true,
    example: '{{received | slice 0 2}}',
    make: (_, { received }) => {
      if (received === null) throw new ValueError('value-missing');
      return ofBytes(received);
    },
  },
};
