/** How often values came, in buckets that widen with them: quantiles of any number of values in bounded memory. */

/** Of a double the exponent and so many bits behind it choose the bucket: its middle is at most 1/256 away from any value in it. */
const detailBits = 7;
const perOctave = 2 ** detailBits;
/** The least power of two told apart, about a microsecond in milliseconds, and the number of them above: sizes of 2^42 bytes fit. */
const leastPower = -10;
const octaves = 53;
/** What is less is not told from 0. */
const leastValue = 2 ** leastPower;
const exponentBias = 1023;

export type Bar = { from: number; to: number; count: number };
/** What is told of values; all 0 where there are none. */
export type Spread = {
  count: number;
  min: number;
  mean: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
};
/** `bars`: side by side, empty ones too. */
export type Distribution = Spread & { bars: Bar[] };

/** The bits of a double, whatever order the machine has bytes in. */
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const high = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

const mostIndex = octaves * perOctave - 1;

/** Of a value above the least power. */
function indexOf(value: number): number {
  double[0] = value;
  return (words[high]! >>> (20 - detailBits)) - (exponentBias + leastPower) * perOctave;
}

/** Where a bucket begins. */
const lowerEnd = (index: number): number =>
  2 ** (leastPower + Math.floor(index / perOctave)) * (1 + (index % perOctave) / perOctave);

export class Histogram {
  /** Made with their first value. */
  readonly #octaves: (Float64Array | undefined)[] = [];
  /** Below the least power: as 0. */
  #none = 0;
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return this.#max;
  }

  /** A value that is not less than 0; one that is counts as 0. */
  add(given: number): void {
    const value = given > 0 ? given : 0;
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const index = value < leastValue ? -1 : Math.min(mostIndex, indexOf(value));
    if (index < 0) this.#none++;
    else this.#octave(index)[index & (perOctave - 1)]!++;
  }

  /** As if all values of the other had been added here. */
  merge(other: Histogram): void {
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#none += other.#none;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    other.#octaves.forEach((counts, octave) => {
      const own = this.#octave(octave * perOctave);
      counts?.forEach((count, at) => (own[at]! += count));
    });
  }

  /** The value that so large a part of all are not above (nearest rank), 0.4 % off at most; 0 where there are none. */
  quantile(part: number): number {
    const rank = Math.max(1, Math.ceil(part * this.#count));
    let seen = 0;
    for (const { from, to, count } of this.#buckets()) {
      seen += count;
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, (from + to) / 2));
    }
    return 0;
  }

  /** How many are above a value, by buckets: those in the value's own are not. */
  above(value: number): number {
    let count = 0;
    for (const bucket of this.#buckets()) if (bucket.from > value) count += bucket.count;
    return count;
  }

  /** Of how far values are from one: 0.4 % of the larger of the two off at most. */
  deviations(from: number): Histogram {
    const deviations = new Histogram();
    for (const bucket of this.#buckets()) {
      const middle = Math.min(this.#max, Math.max(this.#min, (bucket.from + bucket.to) / 2));
      deviations.#addMany(Math.abs(middle - from), bucket.count);
    }
    return deviations;
  }

  get spread(): Spread {
    if (this.#count === 0) return { count: 0, min: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    const [p50, p95, p99] = [this.quantile(0.5), this.quantile(0.95), this.quantile(0.99)];
    const mean = this.#sum / this.#count;
    return { count: this.#count, min: this.#min, mean, p50, p95, p99, max: this.#max };
  }

  /** `most`: bars to draw, `least`: how wide they are at least. They are equally wide from the least value to the one that 99.5 % are not above; the last has the rest. */
  distribution(most = 24, least = leastValue): Distribution {
    return { ...this.spread, bars: this.#count === 0 ? [] : this.#bars(most, least) };
  }

  #bars(most: number, least: number): Bar[] {
    const end = this.quantile(0.995);
    const width = Math.max((end - this.#min) / most, end / perOctave, least);
    const number = Math.min(most, Math.floor((end - this.#min) / width) + 1);
    const bars = Array.from({ length: number }, (_, at) => {
      const from = this.#min + at * width;
      return { from, to: from + width, count: 0 };
    });
    for (const { from, to, count } of this.#buckets()) {
      const at = Math.floor(((from + to) / 2 - this.#min) / width);
      bars[Math.max(0, Math.min(number - 1, at))]!.count += count;
    }
    const last = bars.at(-1)!;
    last.to = Math.max(last.to, this.#max);
    return bars;
  }

  #octave(index: number): Float64Array {
    return (this.#octaves[index >> detailBits] ??= new Float64Array(perOctave));
  }

  #addMany(value: number, count: number): void {
    if (count === 0) return;
    this.add(value);
    const index = value < leastValue ? -1 : Math.min(mostIndex, indexOf(value));
    const more = count - 1;
    this.#count += more;
    this.#sum += value * more;
    if (index < 0) this.#none += more;
    else this.#octave(index)[index % perOctave]! += more;
  }

  /** Those with values, the least first. */
  *#buckets(): Generator<Bar> {
    if (this.#none > 0) yield { from: 0, to: 0, count: this.#none };
    for (const [octave, counts] of this.#octaves.entries())
      for (let at = 0; counts !== undefined && at < perOctave; at++) {
        const index = octave * perOctave + at;
        if (counts[at]! > 0) yield { from: lowerEnd(index), to: lowerEnd(index + 1), count: counts[at]! };
      }
  }
}
