/** What a person writes in a tab before it is sent. */
export type ComposerLayout = {
  mode: 'text' | 'hex';
  lineEnd: 'none' | 'lf' | 'cr' | 'crlf';
  draft: string;
  history: string[];
};
