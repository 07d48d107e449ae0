import { expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { withOwnPort } from './next-port.ts';

const server = (port: number) => ({ ...defaultListener(), port });

it('a server gets the next port that no other server has asked for', () => {
  expect(withOwnPort(server(9000), []).port).toBe(9000);
  expect(withOwnPort(server(9000), [server(9000), server(9001), server(9003)]).port).toBe(9002);
});

it('a client has none of its own, and takes none', () => {
  expect(withOwnPort(server(9000), [{ ...defaultClient(), port: 9000 }]).port).toBe(9000);
  expect(withOwnPort({ ...defaultClient(), port: 9000 }, [server(9000)]).port).toBe(9000);
});

it('any port stays any port, a path has none, and after the last one there is no other', () => {
  expect(withOwnPort(server(0), [server(0)]).port).toBe(0);
  expect(withOwnPort({ ...server(9000), transport: 'unix' }, [server(9000)]).port).toBe(9000);
  expect(withOwnPort(server(65_535), [server(65_535)]).port).toBe(65_535);
});
