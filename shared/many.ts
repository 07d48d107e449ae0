/** Many connections of one client: what may be asked for, and what is told of them. */
import type { Failure } from './failure.ts';
import type { RecordDetail } from './records.ts';

export type ManyPlan = {
  clients: number;
  /** In which they are begun, evenly; 0: all at once. */
  rampMs: number;
  /** How long they stay behind the last one, once all is sent that has an end; null: until they end, or are stopped. */
  holdMs: number | null;
};

export const usualMany: ManyPlan = { clients: 100, rampMs: 0, holdMs: null };

export const mostClients = 10_000;
export const mostManyMs = 24 * 3600 * 1000;

export type ManyProblemCode = 'many-clients' | 'many-ramp' | 'many-hold';
export type ManyProblem = { field: keyof ManyPlan; code: ManyProblemCode };

/** What of a plan cannot be done, in the order of its fields. */
export function checkMany({ clients, rampMs, holdMs }: ManyPlan): ManyProblem[] {
  const isCount = Number.isInteger(clients) && clients >= 1 && clients <= mostClients;
  const isTime = (ms: number): boolean => ms >= 0 && ms <= mostManyMs;
  return [
    ...(isCount ? [] : [{ field: 'clients', code: 'many-clients' } as const]),
    ...(isTime(rampMs) ? [] : [{ field: 'rampMs', code: 'many-ramp' } as const]),
    ...(holdMs === null || isTime(holdMs) ? [] : [{ field: 'holdMs', code: 'many-hold' } as const]),
  ];
}

/** Connections that failed for the same reason: `failure` is the first one's. */
export type ManyCause = {
  failure: Failure;
  during: Extract<RecordDetail, { kind: 'failed' }>['during'];
  count: number;
};

/** 'held': their time was over. 'gone': none is left, and no more were to come. */
export type ManyEnd = 'held' | 'gone' | 'stopped';

/** In milliseconds. */
export type ConnectTimes = { least: number; p50: number; p95: number; p99: number; most: number };

/** `begun` are those that are connecting, open, closed, failed or given up. */
export type ManyCounts = {
  begun: number;
  /** Those that were open at some time. */
  opened: number;
  connecting: number;
  open: number;
  /** In order, by either side. */
  closed: number;
  failed: number;
  /** While they were connecting, because somebody stopped it. */
  givenUp: number;
  /** Of those that failed, the most frequent first; open ones that were reset are among them. */
  causes: ManyCause[];
  /** From the first step to an open connection, a handshake included; null before there is one. */
  connectMs: ConnectTimes | null;
};

/** Told at most four times a second. */
export type ManyFacts = ManyCounts & {
  plan: ManyPlan;
  /** Of the messages: with the kernel, queued, not taken or never to be sent, and left out because their time was over. */
  sent: number;
  waiting: number;
  notSent: number;
  leftOut: number;
  sentBytes: number;
  receivedBytes: number;
  /** Null while it goes on. */
  ended: ManyEnd | null;
};
