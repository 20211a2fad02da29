// Draws <div data-chart="line|bar|rows|histogram|interval" data-series="…"> (web/charts.py) with ECharts, in the colours
// of the theme. The tooltip is drawn on the canvas (richText): the policy of the desk allows no style attributes.

const drawn = new Map(); // element -> its chart
const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => drawn.get(target)?.resize()));

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of("ink"), quiet: of("ink-3"), line: of("line"), surface: of("surface"), raised: of("raised"), mark: of("warn"),
    font: getComputedStyle(document.body).fontFamily,
    series: [1, 2, 3, 4, 5, 6].map((n) => of(`series-${n}`)),
  };
}

const shown = (value, unit) => (value == null ? "–" : `${value}${unit}`);

function tooltip(data, look, trigger) {
  return {
    trigger, renderMode: "richText", confine: true, backgroundColor: look.raised, borderColor: look.line, borderWidth: 1,
    padding: [8, 12], textStyle: { color: look.ink, fontFamily: look.font, fontSize: 12, lineHeight: 20 },
    axisPointer: { type: trigger === "axis" && data.kind !== "line" ? "shadow" : "line", lineStyle: { color: look.line }, shadowStyle: { color: look.quiet, opacity: 0.08 } },
    formatter(points) {
      const i = [points].flat()[0].dataIndex;
      const lines = data.series.map((one) => {
        const range = one.low.length && one.low[i] != null ? `  (${one.low[i]}–${one.high[i]})` : "";
        return `${one.name}  ${shown(one.values[i], data.unit)}${range}`;
      });
      return [data.labels[i], ...lines].join("\n");
    },
  };
}

function axes(data, look, lying) {
  const text = { color: look.quiet, fontFamily: look.font, fontSize: 12 };
  const labels = {
    type: "category", data: data.labels, inverse: lying, boundaryGap: data.kind !== "line", axisLabel: { ...text, hideOverlap: true, width: lying ? 120 : undefined, overflow: "truncate" },
    axisLine: { lineStyle: { color: look.line } }, axisTick: { show: false },
  };
  const values = {
    type: "value", min: data.least ?? undefined, max: data.most ?? undefined, scale: data.kind === "line" || data.kind === "interval",
    axisLabel: text, splitLine: { lineStyle: { color: look.line } }, axisLine: { show: false }, axisTick: { show: false }, splitNumber: 4,
  };
  return lying ? { xAxis: values, yAxis: labels } : { xAxis: labels, yAxis: values };
}

/** The room to the right that the names of the marks need, in pixels; a Chinese character is as wide as the writing is high. */
function besides(data) {
  const width = (text) => [...text].reduce((sum, c) => sum + (c > "\u2e80" ? 12 : 7.5), 0);
  return 16 + Math.max(0, ...data.marks.map(({ value, name }) => width(`${name} ${value}`)));
}

function marks(data, look, lying) {
  if (!data.marks.length) return undefined;
  return {
    silent: true, symbol: "none", lineStyle: { color: look.mark, type: [4, 4], width: 1 },
    label: { color: look.mark, fontFamily: look.font, fontSize: 12, formatter: ({ data: { name, shown } }) => `${name} ${shown}`, position: lying ? "start" : "end" },
    data: data.marks.map(({ value, name }) => ({ name, shown: value, [lying ? "xAxis" : "yAxis"]: value })),
  };
}

/** The stretch from low to high as a stack of an unseen part and a seen one. */
function stretch(one, type, name, seen) {
  const silent = { type, silent: true, symbol: "none", stack: name, stackStrategy: "all", emphasis: { disabled: true }, tooltip: { show: false } };
  return [
    { ...silent, data: one.low, lineStyle: { opacity: 0 }, itemStyle: { color: "transparent" } },
    { ...silent, data: one.low.map((low, i) => (low == null ? null : one.high[i] - low)), lineStyle: { opacity: 0 }, ...seen },
  ];
}

function line(one, i, look) {
  const colour = look.series[i % look.series.length];
  const dots = one.values.length <= 31;
  const own = {
    type: "line", name: one.name, data: one.values, symbol: "circle", symbolSize: 5, showSymbol: dots, connectNulls: false,
    lineStyle: { color: colour, width: 2, type: ["solid", [6, 4], [2, 3]][i % 3] }, itemStyle: { color: colour },
  };
  return one.low.length ? [...stretch(one, "line", `band ${i}`, { areaStyle: { color: colour, opacity: 0.12 } }), own] : [own];
}

function bars(one, i, look, data) {
  const colour = look.series[i % look.series.length];
  const dense = data.kind === "histogram";
  return [{
    type: "bar", name: one.name, data: one.values, itemStyle: { color: colour, borderRadius: data.kind === "rows" ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    barMaxWidth: dense ? undefined : 28, barCategoryGap: dense ? "6%" : "36%",
    label: { show: data.kind === "rows" && data.series.length === 1, position: "right", color: look.quiet, fontFamily: look.font, fontSize: 12, formatter: ({ value }) => shown(value, data.unit) },
  }];
}

function interval(one, i, look) {
  const colour = look.series[i % look.series.length];
  return [
    ...stretch(one, "bar", `range ${i}`, { barWidth: 4, itemStyle: { color: colour, opacity: 0.35, borderRadius: 2 } }),
    { type: "scatter", name: one.name, data: one.values, symbolSize: 9, itemStyle: { color: colour, borderColor: look.surface, borderWidth: 1.5 } },
  ];
}

const PARTS = { line, bar: bars, rows: bars, histogram: bars, interval };

function option(data) {
  const look = colours();
  const lying = data.kind === "rows" || data.kind === "interval";
  const series = data.series.flatMap((one, i) => PARTS[data.kind](one, i, look, data));
  series[series.length - 1].markLine = marks(data, look, lying);
  const several = data.series.length > 1;
  return {
    animation: false,
    aria: { enabled: true, label: { description: summary(data) } },
    grid: { left: 4, right: data.kind === "rows" ? 44 : lying ? 16 : besides(data), top: several ? 34 : lying && data.marks.length ? 24 : 14, bottom: 2, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: several ? { top: 0, left: 0, icon: "roundRect", itemWidth: 14, itemHeight: 4, textStyle: { color: look.quiet, fontFamily: look.font }, data: data.series.map(({ name }) => name) } : undefined,
    tooltip: tooltip(data, look, "axis"),
    ...axes(data, look, lying),
    series,
  };
}

function summary(data) {
  const parts = data.series.map((one) => `${one.name}: ${data.labels.map((label, i) => `${label} ${shown(one.values[i], data.unit)}`).join(", ")}`);
  return `${data.title}. ${parts.join(". ")}`;
}

function draw(element) {
  const data = { ...JSON.parse(element.dataset.series), kind: element.dataset.chart };
  let chart = drawn.get(element);
  if (!chart) {
    chart = globalThis.echarts.init(element, null, { locale: document.documentElement.lang === "en" ? "EN" : "ZH" });
    drawn.set(element, chart);
    watch.observe(element);
    if (data.links.length) chart.on("click", ({ dataIndex }) => location.assign(data.links[dataIndex]));
  }
  chart.setOption(option(data), true);
}

function drawAll() {
  for (const [element, chart] of drawn) {
    if (element.isConnected) continue;
    watch.unobserve(element);
    chart.dispose();
    drawn.delete(element);
  }
  document.querySelectorAll("[data-chart]").forEach((element) => draw(element));
}

document.documentElement.addEventListener("themechange", () => {
  drawAll();
  for (const chart of drawn.values()) chart.getZr().flush(); // at once: the next thing may be a printer
});
document.addEventListener("htmx:afterSwap", drawAll);
drawAll();
