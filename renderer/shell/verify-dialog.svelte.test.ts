/** A log that is gone through, in the window. */
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Verified } from '../../shared/verdict.ts';
import { opening, received, TestEngine } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';
import { AppState } from '../state/app.svelte.ts';
import JobLines from './JobLines.svelte';
import VerifyDialog from './VerifyDialog.svelte';

const apps: AppState[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

const whole: Verified = {
  verdict: {
    ...{ records: 3, bytes: 1000, damagedRecords: 0, places: [], morePlaces: 0, hasUnchecked: false },
  },
  facts: {
    ...{ wasClosed: true, wasTorn: false, isMetaDamaged: false, damagedLines: 0, isHeadDamaged: false },
  },
};
const damage = { code: 'BYTES_DAMAGED', file: 'data-00000000', from: 0, end: 512 } as const;
const place = { ...damage, records: 1, stretches: [{ first: 2, last: 2 }] };

async function open(verified: Verified[], more: TestEngine['more'] = {}) {
  const engine = TestEngine.of([opening, received('one'), received('two')]);
  const cancelled: number[] = [];
  engine.more = {
    verifyLog: () => verified.shift() ?? null,
    cancelJob: (id) => void cancelled.push(id),
    ...more,
  };
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  app.openTab('lab');
  app.sheet = 'verify';
  const shown = await render(VerifyDialog, { props: { app } });
  await engine.summarize();
  return { app, engine, cancelled, shown };
}
const repair = page.getByRole('button', { name: 'Repair into a new capture' });

test('is whole, or is named by place, with a way to the record and what can be made of the rest', async () => {
  const damaged = { ...whole, verdict: { ...whole.verdict, damagedRecords: 1, places: [place] } };
  let repaired = '';
  const { app } = await open([whole, damaged], {
    repairLog: (id) => {
      repaired = id;
      return 'made';
    },
  });
  await expect.element(page.getByText(/^3 records, .*: every byte is what was written/)).toBeVisible();
  await expect.element(repair).not.toBeInTheDocument();
  await userEvent.click(page.getByRole('button', { name: 'Verify again' }));
  await expect
    .element(page.getByText(/data-00000000, bytes 0 to 511: .*\(BYTES_DAMAGED\); 1 record: #2/))
    .toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Show #2' })).toBeVisible();
  await userEvent.click(repair);
  await eventually(() => expect([repaired, app.sheet, app.layout.activeTab]).toEqual(['lab', null, 'made']));
});

test('goes on behind a closed dialog, where the bar at the bottom tells of it and ends it', async () => {
  let end: (verified: Verified) => void = () => undefined;
  const { app, engine, cancelled, shown } = await open([], {
    verifyLog: () => new Promise<Verified>((resolve) => (end = resolve)),
  });
  engine.jobs = [{ id: 5, kind: 'verify', endpoint: 'lab', done: 30, total: 100, failure: null }];
  await engine.summarize();
  await expect.element(page.getByText('Looking at every byte… 30 %')).toBeVisible();
  await shown.unmount();
  await render(JobLines, { props: { app } });
  await expect.element(page.getByRole('progressbar', { name: /Verifying .*echo lab/ })).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: /^Cancel: Verifying/ }));
  await eventually(() => expect(cancelled).toEqual([5]));
  end(whole);
  await eventually(() => expect(app.toasts.map(({ what }) => String(what)).join()).toContain('every byte'));
});
