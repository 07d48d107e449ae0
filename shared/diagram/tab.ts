/** What a tab with a sequence diagram is about: connections of one endpoint, as its name has them. */
import type { EndpointId } from '../domain.ts';
import type { RecordKind } from '../records.ts';
import { mostLanes } from './lanes.ts';

/** By the records that opened them. `isOwn`: what happened without a connection, too. */
export type DiagramOf = { endpoint: EndpointId; connections: readonly number[]; isOwn: boolean };

/** Each has a lane. */
export const mostConnections = mostLanes;
export const diagramPattern = new RegExp(
  String.raw`^diagram:e[0-9a-f]{12}/(own|\d{1,10})(\.\d{1,10}){0,${mostConnections}}$`,
);

/** `e0123456789ab/5.9`; `e0123456789ab/own.5.9` */
export const formatDiagram = ({ endpoint, connections, isOwn }: DiagramOf): string =>
  `${endpoint}/${[...(isOwn ? ['own'] : []), ...connections].join('.')}`;

export function readDiagram(of: string): DiagramOf | null {
  if (!diagramPattern.test(`diagram:${of}`)) return null;
  const [endpoint, all] = of.split('/') as [string, string];
  const parts = all.split('.');
  const isOwn = parts[0] === 'own';
  return { endpoint, connections: parts.slice(isOwn ? 1 : 0).map(Number), isOwn };
}

const ofNone = 'NOT conn:>=0';
const termsOf = (connections: readonly number[]) => connections.map((connection) => `conn:${connection}`);

/** In the language of filters. */
export const diagramFilter = ({ connections, isOwn }: DiagramOf): string =>
  [...termsOf(connections), ...(isOwn ? [ofNone] : [])].join(' OR ');

const endKinds: readonly RecordKind[] = ['opened', 'closed', 'failed'];

/**
 * Of what a diagram shows, the records by which its lanes are known: where connections begin and end, and by itself what was
 * tried, which may be again and again before there is one.
 */
export const laneFilters = ({ connections, isOwn }: DiagramOf): string[] => [
  ...(connections.length > 0
    ? [`(${termsOf(connections).join(' OR ')}) (${endKinds.map((kind) => `kind:${kind}`).join(' OR ')})`]
    : []),
  ...(isOwn ? [`${ofNone} kind:attempted`] : []),
];
