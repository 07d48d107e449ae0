import type { ActionName } from '../../shared/actions.ts';
import type { texts } from '../../shared/texts/index.ts';

type TaskId = keyof typeof texts.help.taskTexts;

/** What the help proposes to do, in its order, with the action that begins it; null where it is done by hand. */
export const helpTasks: readonly { id: TaskId; make: ActionName | null }[] = [
  { id: 'greeting', make: 'new-greeting-server' },
  { id: 'echo', make: 'new-echo-server' },
  { id: 'upperCase', make: 'new-upper-case-server' },
  { id: 'timestamp', make: 'new-timestamp-server' },
  { id: 'udp', make: 'new-udp-server' },
  { id: 'http', make: 'new-http-get' },
  { id: 'tls', make: 'new-https-get' },
  { id: 'failures', make: null },
  { id: 'encodings', make: 'start-echo-demo' },
  { id: 'messages', make: 'start-echo-demo' },
  { id: 'sequences', make: 'new-sequence' },
  { id: 'importing', make: 'import-messages' },
  { id: 'captured', make: 'import-messages' },
  { id: 'exporting', make: 'start-echo-demo' },
  { id: 'verifying', make: 'start-echo-demo' },
  { id: 'newest', make: 'start-echo-demo' },
  { id: 'workspaces', make: 'open-workspace' },
  { id: 'decoding', make: 'new-http-get' },
  { id: 'finding', make: 'start-echo-demo' },
  { id: 'marking', make: 'start-echo-demo' },
  { id: 'comparing', make: 'start-echo-demo' },
  { id: 'diagram', make: 'start-echo-demo' },
  { id: 'boundaries', make: 'new-stuck-together-server' },
  { id: 'conversation', make: 'new-http-get' },
  { id: 'halfClose', make: 'new-echo-server' },
  { id: 'repeat', make: 'start-echo-demo' },
  { id: 'statistics', make: 'start-echo-demo' },
  { id: 'many', make: 'start-echo-demo' },
  { id: 'program', make: 'start-echo-demo' },
  { id: 'chat', make: 'new-chat-room' },
];
