import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clockTime } from '../../src-shared/domain/format.ts';
import { useScheme } from '../ui/useScheme.ts';
import styles from './Charts.module.css';

export interface ChartProps {
  /** Milliseconds. */
  readonly at: readonly number[];
  readonly values: ReadonlyArray<number | null>;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  /** A dashed line: the target or cap. */
  readonly limit: number | null;
  readonly scale: (value: number) => string;
  /** What a screen reader hears instead; the table has the rest. */
  readonly label: string;
  /** Point under the pointer. */
  readonly onPoint: (index: number | null) => void;
}

const HEIGHT = 132;

/** One line over time. Painted on a canvas, so colours are read from the tokens, again for each scheme. */
export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const scheme = useScheme();
  const { at, values, from, to, low, high, limit, label } = props;
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    const made = new uPlot(options(place, latest), [[], []], place);
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: HEIGHT }));
    resize.observe(place);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new colour scheme is a new painting
  }, [scheme]);
  useEffect(() => {
    plot.current?.setData([at.map((time) => time / 1_000), [...values]]);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each of them changes what is painted
  }, [at, values, from, to, low, high, limit, scheme]);
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- painted by hand, there is no file to point at
  return <div ref={box} className={styles.plot} role="img" aria-label={label} />;
}

function options(place: HTMLElement, latest: { readonly current: ChartProps }): uPlot.Options {
  const token = (name: string): string => getComputedStyle(place).getPropertyValue(name).trim();
  const font = `12px ${token('--sans')}`;
  const axis = { stroke: token('--ink-3'), font, ticks: { show: false } } as const;
  return {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { range: () => [latest.current.from / 1_000, latest.current.to / 1_000] },
      y: { range: () => [latest.current.low, latest.current.high] },
    },
    series: [
      {},
      {
        stroke: token('--work'),
        fill: `color-mix(in srgb, ${token('--work')} 14%, transparent)`,
        width: 1.5,
        points: { show: false },
      },
    ],
    axes: [
      {
        ...axis,
        size: 26,
        space: 90,
        grid: { show: false },
        values: (_, splits) => splits.map((at) => clockTime(at * 1_000)),
      },
      {
        ...axis,
        size: 58,
        space: 28,
        grid: { stroke: token('--line'), width: 1 },
        values: (_, splits) => splits.map((value) => latest.current.scale(value)),
      },
    ],
    hooks: {
      draw: [(chart) => drawLimit(chart, latest.current.limit, token('--ink-2'))],
      setCursor: [(chart) => latest.current.onPoint(chart.cursor.idx ?? null)],
    },
  };
}

function drawLimit(chart: uPlot, limit: number | null, colour: string): void {
  if (limit === null) return;
  const { ctx, bbox } = chart;
  const y = Math.round(chart.valToPos(limit, 'y', true)) + 0.5;
  if (y < bbox.top) return;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
