import { EVENT_KINDS } from '../model/event.js';
import { SCHEMAS, type Schema } from './open-api-schemas.js';

const schema = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const inJson = (name: string) => ({ 'application/json': { schema: schema(name) } });
const refused = (...statuses: number[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: 'refused; see the code',
        content: { 'application/problem+json': { schema: schema('Problem') } },
      },
    ]),
  );

const NODE = {
  name: 'node',
  in: 'query',
  description: 'only this node',
  schema: { type: 'string' },
};
const PEER_ID = {
  name: 'peerId',
  in: 'path',
  required: true,
  description: '32 hexadecimal digits',
  schema: { type: 'string', pattern: '^[0-9A-Fa-f]{32}$' },
};

/** An operation that reads JSON. */
function reads(summary: string, name: string, parameters: readonly unknown[] = [], more: object = {}) {
  return {
    get: {
      summary,
      parameters,
      responses: {
        200: { description: 'as asked', content: inJson(name) },
        ...refused(400, 401, 403),
        ...more,
      },
    },
  };
}

/** The OpenAPI 3.1 document of the server. */
export function openApi() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'DiemNet inspector',
      version: '1',
      description: 'What nodes do, over HTTP. Fields may be added; those that are there keep their meaning.',
    },
    security: [{}, { bearer: [] }],
    paths: {
      '/healthz': {
        get: {
          summary: 'The process answers',
          security: [{}],
          responses: { 200: { description: 'it does', content: inJson('Health') } },
        },
      },
      '/readyz': {
        get: {
          summary: 'All networks of all nodes run',
          security: [{}],
          responses: {
            200: { description: 'they do', content: inJson('Readiness') },
            503: { description: 'not yet, or not any more', content: inJson('Readiness') },
          },
        },
      },
      '/metrics': {
        get: {
          summary: 'All metrics, as Prometheus reads them',
          responses: {
            200: { description: 'text', content: { 'text/plain': { schema: { type: 'string' } } } },
            ...refused(401, 403, 404),
          },
        },
      },
      '/v1/nodes': reads('Every node with its networks, connections and absent peers', 'Nodes', [NODE]),
      '/v1/peers': reads('Every connection of every node', 'Peers', [
        NODE,
        { name: 'network', in: 'query', description: 'only this network', schema: { type: 'string' } },
      ]),
      '/v1/peers/{peerId}/explain': reads(
        'Why a peer is connected, or not: an answer per node and network',
        'Explanations',
        [PEER_ID, NODE],
        refused(502),
      ),
      '/v1/peers/{peerId}/disconnect': {
        post: {
          summary: 'Closes a connection, where the server allows writes',
          parameters: [PEER_ID],
          requestBody: { required: true, content: inJson('Disconnect') },
          responses: {
            200: { description: 'it is closed', content: inJson('Disconnected') },
            ...refused(400, 401, 403, 404, 413),
          },
        },
      },
      '/v1/events': {
        get: {
          summary: 'What happens, as server-sent events: first what is kept, then everything new',
          parameters: [
            NODE,
            {
              name: 'kind',
              in: 'query',
              description: 'only these kinds; may be repeated',
              schema: { type: 'array', items: { type: 'string', enum: EVENT_KINDS } },
            },
            {
              name: 'Last-Event-ID',
              in: 'header',
              description: 'go on after this event',
              schema: { type: 'string' },
            },
          ],
          responses: {
            200: { description: 'a stream', content: { 'text/event-stream': { schema: schema('Event') } } },
            ...refused(400, 401, 403, 503),
          },
        },
      },
      '/v1/recording': {
        get: {
          summary: 'The recording that this server plays: a JSON object per line',
          responses: {
            200: {
              description: 'text',
              content: { 'application/x-ndjson': { schema: { type: 'string' } } },
            },
            ...refused(401, 403, 404),
          },
        },
      },
      '/v1/openapi.json': {
        get: {
          summary: 'This document',
          responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': {} } } },
        },
      },
    },
    components: {
      schemas: SCHEMAS,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}
