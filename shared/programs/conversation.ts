/** What a program is to do, whatever language it is written in. */
import { capabilitiesOf, type Transport } from '../settings/transports.ts';

type Where = {
  transport: Transport;
  /** A server's may be '': any address. Unused where there is a path. */
  host: string;
  port: number;
  path: string;
};

export type Message = {
  bytes: Uint8Array;
  /** Waited before it is sent. */
  pauseMs: number;
};

export type ClientConversation = Where & {
  role: 'client';
  tls: {
    verify: boolean;
    /** File of the authorities that are trusted; null: the system's. */
    ca: string | null;
    /** Asked for and checked in place of the host; '' = the host. */
    servername: string;
    alpn: readonly string[];
  };
  messages: readonly Message[];
};

export type ServerConversation = Where & {
  role: 'server';
  /** Sent to each peer once it is connected. */
  greeting: Uint8Array;
  /** To each chunk or datagram; bytes: always these. */
  answer: 'none' | 'echo' | Uint8Array;
};

export type Conversation = ClientConversation | ServerConversation;

/** Where nothing tells that the peer has said all (UDP, TLS) a client ends after so much silence. */
export const silenceSeconds = 2;
/** So long a shell that cannot finish sending alone waits for answers. */
export const shellWaitSeconds = 5;

/** What a program does not do of what the endpoint does. */
export type Lack =
  | 'alpn'
  | 'answer'
  | 'answer-per-message'
  | 'authority'
  | 'authority-file'
  | 'client-certificate'
  | 'client-certificates'
  | 'empty-datagram'
  | 'filled-once'
  | 'greeting'
  | 'greeting-then-close'
  | 'local-address'
  | 'long-datagram'
  | 'proxy'
  | 'tls-options'
  | 'udp-options'
  | 'unverified';

export const hasAnswer = ({ answer }: ServerConversation): boolean =>
  answer instanceof Uint8Array ? answer.length > 0 : answer !== 'none';

/** Whether a pause is asked for before any of the messages. */
export const pauses = ({ messages }: ClientConversation): boolean =>
  messages.some(({ pauseMs }) => pauseMs > 0);

export const isDatagram = (conversation: Conversation): boolean => capabilitiesOf(conversation).hasBoundaries;
export const isSecured = (conversation: Conversation): boolean => capabilitiesOf(conversation).isSecured;
export const hasPath = (conversation: Conversation): boolean => capabilitiesOf(conversation).hasPath;

/** No end of the peer can be waited for. */
export const endsInSilence = (conversation: Conversation): boolean =>
  isDatagram(conversation) || isSecured(conversation);
