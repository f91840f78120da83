// node:tls: TLS 1.3, AES-256-GCM, the server alone shows a certificate (P-256).
import tls from 'node:tls';
import { TLS_13, tlsCertificate, tlsKey } from '../harness/certificate.mjs';
import { streamSystem } from './stream-system.mjs';

const context = tls.createSecureContext({ ca: tlsCertificate(), ...TLS_13 });

streamSystem({
  listen: (onSocket) =>
    new Promise((resolve) => {
      const options = { cert: tlsCertificate(), key: tlsKey(), noDelay: true, ...TLS_13 };
      const server = tls.createServer(options, onSocket);
      server.on('tlsClientError', () => {});
      server.listen(0, '127.0.0.1', 1024, () => resolve({ port: server.address().port }));
    }),
  connect: ({ port }) =>
    new Promise((resolve, reject) => {
      const options = { port, host: '127.0.0.1', servername: 'localhost', secureContext: context, ...TLS_13 };
      const socket = tls.connect(options, () => {
        socket.setNoDelay(true);
        resolve(socket);
      });
      socket.once('error', reject);
    }),
});
