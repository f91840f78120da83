const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = { left: 60, right: 20, top: 40, bottom: 45 };

/** CPU per message over the number of connections, as an SVG; the dashed line is what the target allows. */
export function growthPlot(series) {
  const limit = 1.3 * series[0].cost;
  const most = 1.15 * Math.max(limit, ...series.map(({ cost }) => cost));
  const widest = series.at(-1).connections;
  const x = (connections) => MARGIN.left + (connections / widest) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (cost) => HEIGHT - MARGIN.bottom - (cost / most) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const points = series.map(({ connections, cost }) => `${x(connections).toFixed(1)},${y(cost).toFixed(1)}`);
  const text = (at, content, anchor = 'middle') =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${content}</text>`;
  const line = (from, to, style) =>
    `<line x1="${from[0]}" y1="${from[1].toFixed(1)}" x2="${to[0]}" y2="${to[1].toFixed(1)}" ${style}/>`;
  const ticks = [0, 1, 2, 3, 4].map((i) => (most * i) / 4);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${text([WIDTH / 2, 20], 'CPU of the receiving node per message of 100 B, µs')}
${ticks.map((cost) => line([MARGIN.left, y(cost)], [WIDTH - MARGIN.right, y(cost)], 'stroke="#ddd"')).join('\n')}
${ticks.map((cost) => text([MARGIN.left - 8, y(cost) + 4], cost.toFixed(2), 'end')).join('\n')}
${series.map(({ connections }) => text([x(connections), HEIGHT - MARGIN.bottom + 18], connections)).join('\n')}
${text([WIDTH / 2, HEIGHT - 8], 'connections')}
${line([MARGIN.left, y(limit)], [WIDTH - MARGIN.right, y(limit)], 'stroke="#c33" stroke-dasharray="5 4"')}
${text([WIDTH - MARGIN.right, y(limit) - 5], '1.3 × one connection', 'end')}
<polyline points="${points.join(' ')}" fill="none" stroke="#246" stroke-width="2"/>
${points.map((point) => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="3.5" fill="#246"/>`).join('\n')}
</svg>
`;
}
