import type { HintId } from '../../settings/ready-made.ts';

const at = (address: string): string => address || 'the address above';

/** What to do with an endpoint once it is there; `address` is where it listens, or '' while it does not. */
const next: Record<HintId, (address: string) => string> = {
  'greeting-server': (address) =>
    `Connect to ${at(address)} and look at both logs: sent, received, and who closed. In Reply… let it stay connected, and compare.`,
  'echo-server': (address) =>
    `Connect several clients to ${at(address)} and send from each. Peers lists them; choose one to see its records only.`,
  'upper-case-server': (address) =>
    `Connect to ${at(address)} and send hello with End: LF. Then send hel and lo in two messages: the answer waits for the LF.`,
  'timestamp-server': (address) =>
    `Connect to ${at(address)}, send a few messages, and compare the time in the answer with the log’s.`,
  'udp-server': (address) =>
    `Send datagrams to ${at(address)}. Each answer is one datagram, however fast you send; stop the server and see that nothing tells you.`,
  'http-get': () =>
    'Set the host, press Connect, then Send: the request is written below. Change its Host line to the same host.',
  'https-get': () =>
    'Set the host, press Connect, then Send. Connect by an address instead of the name, and see the verification fail.',
  'prompt-client': () =>
    'Set host and port of a server, such as one from this menu, and press Connect. Write a line below and press Send; arrow up brings it back.',
  'chat-room': (address) =>
    `Connect two clients or more to ${at(address)} and talk. Write below to speak to the whole room as the server.`,
  'rules-server': (address) =>
    `Connect to ${at(address)} and send hello, my name is Ada, slow, bye or boom with End: LF. In Reply… change the rules and add your own.`,
  'stuck-together-server': (address) =>
    `Connect to ${at(address)} and look at the log of that client: two messages and a half in one chunk. Send it anything, and the other half comes. Then switch that log from Chunks to Frames.`,
  'own-client': () =>
    'Write a message below and press Send. What comes back appears in the log, and the server’s tab shows the same from its side.',
};

/** In a tab that came from the menu of what can be begun, or from a server here. */
export const hints = {
  title: 'What to do next',
  next,
  connectClient: 'Connect a client',
  dismiss: 'Dismiss the hint',
};
