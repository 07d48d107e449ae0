import type { Statistics, StatisticsPlan } from '../../../shared/statistics/statistics.ts';
import type { Endpoint } from '../endpoint.ts';
import type { StatisticsReading } from '../reading/statistics/statistics-reading.ts';
import { invalid } from '../schemas/validate.ts';
import { nextNumber } from './numbers.ts';

/** A page has one for a room and one for the line. */
const most = 8;

/** The statistics that one page looks at. */
export class OpenStatistics {
  readonly #open = new Map<number, { endpoint: Endpoint; reading: StatisticsReading }>();

  open(endpoint: Endpoint, plan: StatisticsPlan): number {
    if (this.#open.size >= most) throw invalid('statistics', { name: 'at-most', most });
    const id = nextNumber();
    this.#open.set(id, { endpoint, reading: endpoint.openStatistics(plan) });
    return id;
  }

  told(id: number): Promise<Statistics> {
    return this.of(id).reading.told();
  }

  of(id: number): { endpoint: Endpoint; reading: StatisticsReading } {
    const open = this.#open.get(id);
    if (open === undefined) throw invalid('statistics');
    return open;
  }

  close(id: number): void {
    const open = this.#open.get(id);
    open?.endpoint.closeStatistics(open.reading);
    this.#open.delete(id);
  }

  /** Of an endpoint that is being removed; null: all. */
  closeOf(endpoint: Endpoint | null): void {
    for (const [id, open] of this.#open) if (endpoint === null || open.endpoint === endpoint) this.close(id);
  }
}
