/** A connection as a conversation, as the page and the engine name it: the third reading of the same records. */
import type { Expression } from './filter/found.ts';
import type { RecordDetail, RecordKind } from './records.ts';

export const streamDirections = ['both', 'received', 'sent'] as const;
export type StreamDirection = (typeof streamDirections)[number];
/** 'text': a row is a line; 'hex': 16 bytes. */
export const streamForms = ['text', 'hex'] as const;
export type StreamForm = (typeof streamForms)[number];

/** What a file of it has: its bytes, or lines that say who said what. */
export const streamFiles = ['raw', 'text'] as const;
export type StreamFile = (typeof streamFiles)[number];

export const hexRowBytes = 16;
/** A line that is longer goes on in the next row. */
export const textRowBytes = 512;
/** Places that an event, or a record without bytes, takes in a conversation. */
export const eventPlaces = 16;
/** Rows that are told at once. */
export const mostStreamRows = 512;

/**
 * Places are numbers from 0 to `places - 1`: one for each byte in the order of the capture, and 16 for each event. What has
 * a place keeps it as the conversation grows; `epoch` changes where places mean other records from then on.
 */
export type StreamSummary = {
  id: number;
  connection: number;
  direction: StreamDirection;
  epoch: number;
  places: number;
  /** Payloads that are in it, and their bytes. */
  records: number;
  bytes: number;
  /** Records looked at so far, of `total`. */
  scanned: number;
  total: number;
};

/** A record that begins in a row, behind `offset` bytes of it. */
export type StreamRecord = { offset: number; sequence: number; time: number; previousTime: number };

export type StreamRow = {
  /** Place of its first byte. */
  at: number;
  /** Of its bytes, or of the event. */
  kind: RecordKind;
  /** Record and byte of it with which the row begins. */
  sequence: number;
  within: number;
  bytes: Uint8Array;
  /** Whoever speaks in it has just begun. */
  isTurn: boolean;
  records: StreamRecord[];
  /** Of an event; `peer` is `host:port` as its sentence needs it. */
  event: { detail: RecordDetail | null; peer: string } | null;
  /** Some of its bytes cannot be relied on: none of them is told. */
  isDamaged: boolean;
};

/** Bytes of one record. */
export type StreamPiece = {
  at: number;
  kind: 'sent' | 'received';
  sequence: number;
  within: number;
  bytes: Uint8Array;
};
export type StreamPieces = {
  pieces: StreamPiece[];
  /** All bytes before this place are in them. */
  to: number;
};

/** `folds`: Latin letters of either case are the same. An expression is looked for in the text that the bytes are. */
export type BytesPattern = { bytes: Uint8Array; folds: boolean };
export type StreamPattern = BytesPattern | Expression;
export type StreamMatch = { at: number; length: number };
/** `to`: no match begins between where it was looked from and here; whoever looks goes on from here until the end. */
export type StreamFound = { found: StreamMatch | null; to: number };

/** Matches that are told at once. */
export const mostStreamMatches = 1000;
/** None begins elsewhere between where it was looked from and `to`, from where one goes on. */
export type StreamMatches = { found: StreamMatch[]; to: number };
