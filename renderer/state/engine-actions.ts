import type { ActionName } from '../../shared/actions.ts';

/** What an endpoint's pane offers and the engine does: without it they are not possible, instead of failing. */
export const engineActions: ReadonlySet<ActionName> = new Set([
  ...(['start-listening', 'stop-listening', 'restart-listening'] as const),
  ...(['connect', 'disconnect', 'reconnect', 'connect-anyway', 'connect-many'] as const),
  ...(['finish-sending', 'reset-connection', 'stop-reading', 'read-again'] as const),
  ...(['disconnect-selected-peers', 'disconnect-all-peers', 'clear-closed-peers'] as const),
  ...(['send', 'connect-and-send', 'send-file', 'send-empty-datagram', 'repeat-message'] as const),
  ...([
    'clear-log',
    'undo-clear',
    'export',
    'verify-log',
    'save-text',
    'save-hex',
    'save-jsonl',
    'save-raw',
    'save-csv',
    'save-pcapng',
  ] as const),
]);
