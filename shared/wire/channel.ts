/** The pipe between page and engine: whole messages, in order, until it closes. Electron port or WebSocket. */
export type Channel = {
  send(message: unknown): void;
  /** One listener each; both are set before the first message can arrive. */
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
};
