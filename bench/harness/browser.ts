/** The real page in a headless Chromium, and what is measured inside it. */
import { type Browser, chromium, type LaunchOptions, type Page } from '@playwright/test';

export async function openBrowser(options: LaunchOptions): Promise<Browser> {
  // This process ends the browser itself, when it ends.
  return chromium.launch({ ...options, handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false });
}

/** Opens the page; ready when the log of the active tab shows rows. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await log(page).waitFor();
  return page;
}

export const log = (page: Page) => page.getByRole('grid', { name: 'Traffic log' });
export const logRow = (page: Page, row: number) => log(page).locator(`[data-row="${row}"]`);

/** Milliseconds between the frames that the page drew while `act` ran. */
export async function frameTimes(page: Page, act: () => Promise<void>): Promise<number[]> {
  const recorder = await page.evaluateHandle(() => {
    const times: number[] = [];
    let isOn = true;
    const tick = (time: number) => {
      times.push(time);
      if (isOn) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    return { times, stop: () => (isOn = false) };
  });
  await act();
  const times = await recorder.evaluate(({ times, stop }) => {
    stop();
    return times;
  });
  await recorder.dispose();
  return times.slice(1).map((time, i) => time - times[i]!);
}

/** Starts to watch for long tasks; the result gives their lengths so far, in milliseconds (the browser reports from 50 on). */
export async function watchTasks(page: Page): Promise<() => Promise<number[]>> {
  const watch = await page.evaluateHandle(() => {
    const lengths: number[] = [];
    const observer = new PerformanceObserver((list) =>
      lengths.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: 'longtask' });
    return lengths;
  });
  return () => watch.evaluate((lengths) => lengths);
}

/** Milliseconds from the press on a row to the frame that shows `hex` as bytes in the inspector. */
export async function timeToHex(page: Page, row: number, hex: string): Promise<number> {
  const shown = await page.evaluateHandle(
    ([hex]) => {
      let pressed = 0;
      addEventListener('pointerdown', () => (pressed = performance.now()), { capture: true, once: true });
      const isShown = () => document.querySelector('[aria-label="Inspector"]')?.textContent.includes(hex!);
      return {
        time: new Promise<number>((done) => {
          const look = () => {
            if (pressed > 0 && isShown()) done(performance.now() - pressed);
            else requestAnimationFrame(look);
          };
          look();
        }),
      };
    },
    [hex],
  );
  await logRow(page, row).click();
  return shown.evaluate(({ time }) => time);
}
