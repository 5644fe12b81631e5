// How much each parameter matters, as gitsweep worked it out over all points.

function drawImportance(view) {
  const all = data.told.importance;
  const told = all && (all[data.metric?.label] || all[data.metric?.name]);
  if (!told || !told.bars?.length) { $('importance').hidden = true; return; }
  $('importance').hidden = false;
  const { colours } = theme;
  const bars = told.bars.slice(0, 20).reverse();
  const element = $('importance-chart');
  element.style.height = `${70 + bars.length * 26}px`;
  const chart = chartOf(element, `Importance for ${data.metric.label}: ${bars.slice().reverse().map(([name, share]) => `${name} ${Math.round(share * 100)} %`).join(', ')}`);
  chart.resize();
  chart.setOption({
    animation: false,
    grid: { left: 10, right: 60, top: 6, bottom: 30, containLabel: true },
    xAxis: { type: 'value', min: 0, axisLabel: { color: colours.soft, formatter: (value) => `${Math.round(value * 100)} %` }, splitLine: { lineStyle: { color: colours.line, opacity: 0.5 } } },
    yAxis: { type: 'category', data: bars.map(([name]) => shorten(name, 40)), axisLabel: { color: colours.ink, fontSize: 12 }, axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: false } },
    series: [{ type: 'bar', barWidth: '62%', itemStyle: { color: colours.accent, borderRadius: 2 }, data: bars.map(([, share]) => share),
      label: { show: true, position: 'right', color: colours.soft, formatter: ({ value }) => `${(value * 100).toFixed(1)} %` } }],
  }, { notMerge: true });
  view.charts = [element];
  $('importance-about').textContent = visible(told.said);
}
