export function runAlone() {
  return [];
}
