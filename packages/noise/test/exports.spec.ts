import * as noise from '@diemnet/noise';
import * as testing from '@diemnet/noise/testing';

describe('public surface', () => {
  it('is what users rely on', () => {
    expect(Object.keys(noise).sort()).toEqual([
      'CLIENT_MESSAGE_BYTES',
      'DEFAULT_NOISE_STREAM_OPTIONS',
      'DEFAULT_NOISE_UPGRADER_OPTIONS',
      'IkInitiator',
      'IkResponder',
      'MAX_FRAME_PLAINTEXT_BYTES',
      'MAX_NOISE_MESSAGE_BYTES',
      'NoiseError',
      'NoiseHandshakeError',
      'NoiseSession',
      'NoiseStream',
      'NoiseUpgrader',
      'SERVER_MESSAGE_BYTES',
      'defaultBackend',
      'generateKeyPair',
      'keyPairFromEd25519Seed',
      'keyPairFromPrivateKey',
      'nativeBackend',
      'portableBackend',
      'publicKeyOf',
      'resolveNoiseStreamOptions',
      'resolveNoiseUpgraderOptions',
    ]);
    expect(Object.keys(testing).sort()).toEqual(['testIdentity', 'upgradedStreamPair']);
  });
});
