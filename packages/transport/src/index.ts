export type { Connection, ConnectionMetadata, ConnectionOrigin } from './connection.js';
