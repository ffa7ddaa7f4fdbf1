/** The middle of the figures; NaN of none. */
export function median(figures: readonly number[]): number {
  return quantile(
    figures.toSorted((a, b) => a - b),
    0.5,
  );
}

/** Of figures that are sorted already. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The share of each figure in the one beside it, as a median: a ratio per round, not a ratio of medians. */
export function medianRatio(figures: readonly number[], beside: readonly number[]): number {
  return median(figures.map((figure, index) => figure / (beside[index] ?? Number.NaN)));
}

/** Three significant digits, thousands parted. */
export function show(figure: number): string {
  if (!Number.isFinite(figure)) return '–';
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString('en');
  return Number(figure.toPrecision(3)).toString();
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : '–';
}
