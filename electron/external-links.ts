/** The only addresses that the app opens in the browser. */
export const externalLinks = {
  tcpStandard: 'https://www.rfc-editor.org/rfc/rfc9293.html',
} as const;
