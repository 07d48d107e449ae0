/** What the page's main thread does, as the browser counts it, and how long a person waits for something to show. */
import type { Browser, CDPSession, Page } from '@playwright/test';

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
/** Longer than what an editor puts off until nobody types. */
const settleMs = 60;

export async function busyMeter(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return session;
}

/** Milliseconds that the main thread has been busy since the page began. */
export async function busyMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
}

/** Milliseconds of the main thread for each of so many keys, with all that follows from one within so long. */
export async function keyTimes(page: Page, keys: number, waitMs = settleMs): Promise<number[]> {
  const session = await busyMeter(page);
  const times: number[] = [];
  for (let key = 0; key < keys; key++) {
    const before = await busyMs(session);
    await page.keyboard.press('x');
    await pause(waitMs);
    times.push((await busyMs(session)) - before);
  }
  await session.detach();
  return times;
}

/**
 * Milliseconds from the next key or press to the end of the frame in which an element of `selector` shows, which did not
 * before.
 */
export async function timeToShow(page: Page, selector: string, act: () => Promise<void>): Promise<number> {
  const shown = await page.evaluateHandle((selector) => {
    let begun = 0;
    const begin = (event: Event) => (begun ||= event.timeStamp);
    for (const name of ['pointerdown', 'keydown']) addEventListener(name, begin, { capture: true });
    const isShown = () => document.querySelector(selector)?.checkVisibility() === true;
    return {
      time: new Promise<number>((done) => {
        const { port1, port2 } = new MessageChannel();
        port2.onmessage = () => done(performance.now() - begun);
        const look = () => {
          if (begun > 0 && isShown()) port1.postMessage(null);
          else requestAnimationFrame(look);
        };
        look();
      }),
    };
  }, selector);
  await act();
  return shown.evaluate(({ time }) => time);
}

/** In microseconds; `tdur`: for so many of `dur` the thread ran, and did not wait for a processor. */
type TraceEvent = {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args: object;
};

/** Milliseconds that the page's main thread worked in each sixtieth of a second while `act` ran. */
export async function busyFrames(browser: Browser, page: Page, act: () => Promise<void>): Promise<number[]> {
  const categories = ['disabled-by-default-devtools.timeline', 'toplevel'];
  await browser.startTracing(page, { categories });
  await act();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  const mains = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && 'name' in args && args.name === 'CrRendererMain',
  );
  const tasksOf = ({ pid, tid }: TraceEvent) =>
    traceEvents.filter((each) => each.pid === pid && each.tid === tid && /RunTask$/.test(each.name));
  const busiest = mains.map(tasksOf).sort((a, b) => sum(b) - sum(a))[0] ?? [];
  return inFrames(busiest);
}

const sum = (tasks: readonly TraceEvent[]): number => tasks.reduce((total, { dur = 0 }) => total + dur, 0);

const frameUs = 1e6 / 60;

/** A task that lasts longer than a frame counts in each of those that it takes. Tasks within tasks count once. */
function inFrames(tasks: readonly TraceEvent[]): number[] {
  const frames: number[] = [];
  const sorted = tasks.toSorted((a, b) => a.ts - b.ts);
  const first = sorted[0]?.ts ?? 0;
  let done = first;
  for (const { ts, dur = 0, tdur = dur } of sorted) {
    const share = dur > 0 ? Math.min(1, tdur / dur) : 0;
    for (let at = Math.max(ts, done); at < ts + dur;) {
      const frame = Math.floor((at - first) / frameUs);
      const until = Math.min(ts + dur, first + (frame + 1) * frameUs);
      frames[frame] = (frames[frame] ?? 0) + ((until - at) / 1000) * share;
      // A frame's own end may not be reached by a fraction.
      at = Math.max(until, at + 0.001);
    }
    done = Math.max(done, ts + dur);
  }
  return Array.from(frames, (busy) => busy ?? 0);
}
