/** In a network namespace that its test has made: hears two groups, says what was heard, and ends. */
import { answers } from '../../handlers/replies.ts';
import { UdpListener } from '../../datagram/udp-listener.ts';
import { UdpClient } from '../../datagram/udp-client.ts';
import { TestRecorder } from '../recorder.ts';
import { defaultClient, defaultListener } from '../../../../shared/settings/endpoint.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Binds to the group itself, and sends to it until it is heard; the client hears the answer as well. */
async function heard(host: string, multicastInterface: string): Promise<unknown> {
  const recorder = new TestRecorder();
  const listener = new UdpListener(recorder, { handlerOf: answers });
  const usual = defaultListener();
  const { port } = await listener.start({
    ...{ ...usual, transport: 'udp', host, port: 0 },
    reply: { ...usual.reply, kind: 'echo' },
  });
  const answered = new TestRecorder();
  const client = new UdpClient(answered);
  const { udp } = defaultClient();
  client.connect({
    ...{ ...defaultClient(), transport: 'udp', host, port },
    udp: { ...udp, connected: true, multicastInterface },
  });
  // An IPv6 address may not be used in its first seconds (RFC 4862 5.4).
  while (
    answered.bytes('received').length === 0 &&
    recorder.details('note').every(({ note }) => note !== 'group-failed')
  ) {
    if (client.status.state === 'open') client.connections.send('all', answered.store(Buffer.from('hi')), 2);
    await wait(50);
  }
  await Promise.all([client.stop(), listener.stop()]);
  const notes = (from: TestRecorder) =>
    from.details('note').filter(({ note }) => /^(joined|group|option)/.test(note));
  return { notes: notes(recorder), client: notes(answered), answered: answered.bytes('received').length > 0 };
}

const four = await heard('239.1.2.3', '10.9.0.1');
const six = await heard('ff02::1234%eth9', '::%eth9');
console.log(JSON.stringify([four, six]));
