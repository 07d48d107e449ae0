/** Compares beside the page. */
import { compareMs, type CompareAsk, type Comparison } from '../../shared/compare/compare.ts';

/** The worker ends by itself; one that does not is ended. */
const patienceMs = compareMs * 3;

/** Rejects where it cannot be done; `signal` ends it. */
export function compareInWorker(ask: CompareAsk, signal: AbortSignal): Promise<Comparison> {
  const worker = new Worker(new URL('./compare-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Comparison>((resolve, reject) => {
    const stop = (): void => reject(new DOMException('', 'AbortError'));
    const timer = setTimeout(stop, patienceMs);
    signal.addEventListener('abort', stop, { once: true });
    worker.onerror = stop;
    worker.onmessage = ({ data }: MessageEvent<Comparison>) => {
      clearTimeout(timer);
      resolve(data);
    };
    worker.postMessage(ask);
  }).finally(() => worker.terminate());
}
