/** `--stats` of `listen` and `connect`: what the messages of a run came to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { textNamerOf } from '../../../shared/peer-names.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import type { StatisticsReading } from '../../engine/reading/statistics/statistics-reading.ts';
import type { CommonOptions } from './options.ts';
import { statisticsText } from './statistics-text.ts';
import { openStatistics } from './stats.ts';

const lookEveryMs = 5;

export class RunStatistics {
  readonly #capture: Capture;
  readonly #reading: StatisticsReading;
  readonly #settings: EndpointSettings;
  readonly #url: string;

  /** Counts as records come, so that a capture that nobody keeps can be emptied meanwhile. They end with it. */
  constructor(capture: Capture, settings: EndpointSettings, url: string, options: CommonOptions) {
    const { filter, frame, decode, encoding } = options;
    const counted = {
      filter: filter?.text ?? '',
      encoding,
      ...(frame && { frame }),
      ...(decode && { decode }),
    };
    this.#reading = openStatistics(settings, capture, null, counted, { outlivesClearing: true });
    this.#capture = capture;
    this.#settings = settings;
    this.#url = url;
  }

  get isDone(): boolean {
    return this.#reading.isDone;
  }

  /** The first record that is not counted yet, which a size limit must leave. */
  get next(): number {
    return this.#reading.next;
  }

  /** When all there is was looked at. `problem`: why not all of it could be. */
  async told(): Promise<{ text: string; problem: string | null }> {
    while (!this.#reading.isDone && this.#capture.failure === null) {
      this.#reading.grow();
      await sleep(lookEveryMs);
    }
    const told = await this.#reading.told();
    const text = statisticsText(told, this.#reading.plan, this.#url, textNamerOf(this.#settings), {
      gone: this.#capture.gone,
      isRun: true,
    });
    const { failure } = told;
    return { text, problem: failure && texts.commandLine.notShown(inWords(failure).message) };
  }
}
