/**
 * A package imports only from layers below its own or, without cycles, from its own layer
 * (README, "Packages"). Each package carries its layer as a tag in project.json.
 */
const HIGHEST_LAYER = 7;

export const layerConstraints = Array.from({ length: HIGHEST_LAYER + 1 }, (_, layer) => ({
  sourceTag: `layer:${layer}`,
  onlyDependOnLibsWithTags: Array.from({ length: layer + 1 }, (_, below) => `layer:${below}`),
}));
