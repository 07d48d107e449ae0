import { language, texts } from '../../shared/texts/index.ts';
import type { RefusalReason } from './guard.ts';

export type HelpReason = RefusalReason | 'not-found';

const page = (title: string, body: string, head = ''): string =>
  `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="dark light">
${head}<title>${title} - Socketscope</title>
<h1>${title}</h1>
${body}
`;

/** What a person sees in place of the app: what happened, and what to do. All words are ours, none of the request. */
export function helpPage(reason: HelpReason): string {
  const { title, lines } = texts.headless.help[reason];
  return page(title, lines.map((line) => `<p>${line}</p>`).join('\n'));
}

/** A file that only this user can read, so that the key is in no command line when a browser is started. */
export const launcherPage = (url: string): string =>
  page(
    texts.headless.opening,
    `<p><a href="${url}">${texts.headless.open}</a></p>`,
    `<meta http-equiv="refresh" content="0;url=${url}">\n`,
  );
