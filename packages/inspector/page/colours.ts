/** Distinct hues that read on light and dark; the numbers are those of the CSS variables `--c0` to `--c7`. */
const HUES = 8;

const STAGES = ['connect', 'admission', 'proxy', 'noise', 'handshake', 'negotiate'];

const PROTOCOLS = [
  'ConsensusRpc',
  'ConsensusDirectSend',
  'MempoolDirectSend',
  'StateSyncDirectSend',
  'DiscoveryDirectSend',
  'HealthCheckerRpc',
];

/** The colour of a stage of a handshake. */
export function stageColour(stage: string): string {
  return cssColour(STAGES.indexOf(stage));
}

/** The colour of a protocol: always the same for the same name. */
export function protocolColour(protocol: string): string {
  const known = PROTOCOLS.indexOf(protocol);
  if (known >= 0) return cssColour(known);
  let hash = 0;
  for (const character of protocol) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return cssColour(hash % HUES);
}

/** The colour of a network. */
export function networkColour(network: string): string {
  if (network === 'Validator') return cssColour(0);
  if (network === 'Public') return cssColour(2);
  return cssColour(network === 'vfn' ? 1 : 4);
}

/** A CSS colour as canvases need it. */
export function resolveColour(variable: string): string {
  const name = /^var\((--[a-z0-9-]+)\)$/.exec(variable)?.[1];
  return name === undefined
    ? variable
    : getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function cssColour(index: number): string {
  return `var(--c${((index % HUES) + HUES) % HUES})`;
}
