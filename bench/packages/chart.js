import * as echarts from 'echarts';

const width = 900;
const names = 220;
const bar = 22;
const title = 34;
const axis = 34;
const ours = '#0b7285';
const theirs = '#ced4da';
const dark = '#343a40';
/** Of what `spreadOf` returns. */
const encode = { x: [1, 2, 3], y: 0 };

/**
 * @param {readonly import('../chart.ts').Panel[]} panels one below the other
 * @returns {string} an SVG
 */
export function draw(panels) {
  let height = 0;
  const grids = panels.map(({ bars }) => {
    const top = height + title;
    height = top + bars.length * bar + axis;
    return { left: names, right: 90, top, height: bars.length * bar };
  });
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'sans-serif' },
    title: panels.map(({ title: text, unit }, index) => ({
      text: `${text}, ${unit}`,
      left: 10,
      top: grids[index].top - title + 8,
      textStyle: { fontSize: 14, color: dark },
    })),
    grid: grids,
    xAxis: panels.map((_, index) => ({
      type: 'value',
      gridIndex: index,
      min: 0,
      splitNumber: 5,
      axisLabel: { fontSize: 10 },
      splitLine: { lineStyle: { color: '#f1f3f5' } },
    })),
    yAxis: panels.map(({ bars }, index) => ({
      type: 'category',
      gridIndex: index,
      inverse: true,
      data: bars.map(({ name }) => name),
      axisTick: { show: false },
      axisLabel: { fontSize: 11, color: dark, interval: 0 },
    })),
    series: panels.flatMap(({ bars }, index) => {
      const place = { xAxisIndex: index, yAxisIndex: index };
      return [
        { type: 'bar', ...place, barWidth: bar - 8, data: bars.map(barOf) },
        { type: 'custom', ...place, encode, z: 3, data: bars.map(spreadOf), renderItem: whisker },
      ];
    }),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${forReaders(svg)}\n`;
}

/** With a title for those who do not see it; without the styles for those who point at it, which do nothing here. */
function forReaders(svg) {
  return svg
    .replace(/<style.*<\/style>\n?/s, '')
    .replace(/ class="zr\d+-cls-\d+"/g, '')
    .replace(/<svg[^>]*>/, (start) => `${start}\n<title>What each case takes</title>`);
}

function barOf({ median, isOurs }) {
  return {
    value: median,
    itemStyle: { color: isOurs ? ours : theirs },
  };
}

function spreadOf({ least, most, median }, index) {
  return [index, least, most, median];
}

/** A line from the least to the most, and the median behind it in figures. */
function whisker(_, api) {
  const [index, least, most, median] = [0, 1, 2, 3].map((dimension) => api.value(dimension));
  const [from, y] = api.coord([least, index]);
  const [to] = api.coord([most, index]);
  const style = { stroke: dark, lineWidth: 1 };
  const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style });
  return {
    type: 'group',
    children: [
      line(from, y, to, y),
      line(from, y - 3, from, y + 3),
      line(to, y - 3, to, y + 3),
      {
        type: 'text',
        style: {
          text: written(median),
          x: to + 6,
          y,
          verticalAlign: 'middle',
          fontSize: 10,
          fill: dark,
        },
      },
    ],
  };
}

function written(figure) {
  return figure >= 100 ? Math.round(figure).toLocaleString('en') : figure.toPrecision(2);
}
