/** `socketscope verify DIR`: what of a capture is damaged, and what is whole in a new one. */
import type { Endpoint } from '../../../shared/contract.ts';
import { failureOf } from '../../../shared/failure.ts';
import { jsonForTerminal } from '../../../shared/show/characters.ts';
import { describeVerdict } from '../../../shared/texts/describe-verdict.ts';
import { explain, inWords, texts } from '../../../shared/texts/index.ts';
import { stillClock } from '../../engine/clock.ts';
import { Annotations } from '../../engine/capture/annotations.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import { repair } from '../../engine/capture/repair.ts';
import { isWhole, type Verified } from '../../../shared/verdict.ts';
import { judge } from '../../engine/capture/verify.ts';
import { print, tell } from '../terminal.ts';
import type { verifyFormats } from './choices.ts';
import { withCapture } from './kept-capture.ts';
import { openKept } from './run-folder.ts';

export type VerifyOptions = {
  endpoint?: string;
  /** A data folder. */
  repair?: string;
  format: (typeof verifyFormats)[number];
};

/** Changes nothing of the capture that it looks at; resolves with the exit code. Throws a `UsageError`. */
export function verifyCapture(path: string, options: VerifyOptions): Promise<number> {
  return withCapture(
    path,
    options.endpoint,
    (endpoint, capture, isHeadDamaged) => look(endpoint, capture, options, isHeadDamaged),
    {
      isReadOnly: true,
    },
  );
}

/** Nobody waits for how far it is, and Ctrl-C ends the program. */
const work = { signal: new AbortController().signal, told: () => undefined };

async function look(
  endpoint: Endpoint,
  capture: Capture,
  options: VerifyOptions,
  isHeadDamaged: boolean,
): Promise<number> {
  const { damagedLines } = await Annotations.open(capture);
  const verified = await judge(capture, work, { damagedLines, isHeadDamaged });
  print(written[options.format](verified));
  const isDone = options.repair === undefined || (await repairInto(options.repair, endpoint, capture));
  return isWhole(verified) && isDone ? 0 : 1;
}

const written: Readonly<Record<VerifyOptions['format'], (verified: Verified) => string>> = {
  text: (verified) =>
    describeVerdict(verified)
      .map(({ text }) => `${text}\n`)
      .join(''),
  jsonl({ verdict: { places, ...verdict }, facts }) {
    const lines = [
      ...places.map((place) => ({ kind: 'damaged', ...place })),
      { kind: 'capture', ...verdict, ...facts },
    ];
    return lines.map((line) => `${jsonForTerminal(line)}\n`).join('');
  },
};

async function repairInto(folder: string, { settings }: Endpoint, capture: Capture): Promise<boolean> {
  const words = texts.verifying;
  try {
    const target = await openKept(folder, settings, { clock: stillClock() }, (notice) => {
      const { what, cause, tryThis } = explain(notice);
      tell(`${texts.commandLine.failed(what, cause, tryThis)}\n`);
    });
    try {
      await repair(capture, target.capture, work);
    } finally {
      await target.close();
    }
    tell(`${words.repaired(folder, target.capture.length)}\n`);
    return true;
  } catch (error) {
    tell(`${words.notRepaired(folder, inWords(failureOf(error)).message)}\n`);
    return false;
  }
}
