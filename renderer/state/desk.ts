import type { Commands, EndpointSummary } from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import type { Failure } from '../../shared/failure.ts';
import type { Layout } from '../../shared/layout.ts';
import type { Remote } from '../../shared/wire/rpc.ts';

export type ToastAction = { label: string; run: () => void };

/** What every part of the page's state works with: the engine, its newest counters, the layout, and a way to be heard. */
export type Desk = {
  readonly engine: Remote<Commands>;
  readonly layout: Layout;
  summaryOf(id: EndpointId): EndpointSummary | null;
  changeLayout(change: Partial<Layout>): void;
  /** Shows a sentence, or a failure explained; `action` offers one thing to do about it. */
  toast(what: string | Failure, action?: ToastAction | null): void;
  /** Runs `work`; null when it failed. The failure is shown unless it `isToldElsewhere`. */
  attempt<T>(work: () => Promise<T>, isToldElsewhere?: (failure: Failure) => boolean): Promise<T | null>;
};
