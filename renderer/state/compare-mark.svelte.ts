/** What was marked for comparing: rows of the log show it. */
import type { CompareSource } from '../../shared/compare/source.ts';
import type { AppState } from './app.svelte.ts';

class CompareMark {
  source = $state.raw<CompareSource | null>(null);

  /** Whether it is this record, or begins in it. */
  isOn(endpoint: string, sequence: number): boolean {
    const { source } = this;
    if (source === null || source.endpoint !== endpoint) return false;
    return source.sequence === sequence || source.more.some((part) => part.sequence === sequence);
  }
}

const marks = new WeakMap<AppState, CompareMark>();

export function compareMarkOf(app: AppState): CompareMark {
  const known = marks.get(app) ?? new CompareMark();
  marks.set(app, known);
  return known;
}
