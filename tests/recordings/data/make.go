// Writes two data directories with native histograms, staleness markers, gaps, deletions, samples out of
// order and overlapping blocks, and what Prometheus itself reads back from them: one JSON object per series.
// Made with prometheus v0.316.0 (3.16). To make prometheus.tar.xz again, run it with an empty directory as
// argument and archive that directory without the chunks_head folders.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/util/compression"
)

const start, step = int64(1_700_000_000_000), int64(15_000)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func integer(i int) *histogram.Histogram {
	n := uint64(i)
	h := &histogram.Histogram{
		Schema: 1, ZeroThreshold: 0.001, ZeroCount: n, Sum: 1.5 * float64(i),
		PositiveSpans:   []histogram.Span{{Offset: -2, Length: 2}, {Offset: 3, Length: 1}},
		PositiveBuckets: []int64{int64(i) + 3, 2, -1},
		NegativeSpans:   []histogram.Span{{Offset: 1, Length: 1}},
		NegativeBuckets: []int64{int64(i * i)},
	}
	if i >= 40 { // A new bucket appears.
		h.PositiveSpans = append(h.PositiveSpans, histogram.Span{Offset: 10, Length: 2})
		h.PositiveBuckets = append(h.PositiveBuckets, int64(i)-30, 100000)
	}
	h.Count = h.ZeroCount
	for _, buckets := range [][]int64{h.PositiveBuckets, h.NegativeBuckets} {
		current := int64(0)
		for _, delta := range buckets {
			current += delta
			h.Count += uint64(current)
		}
	}
	return h
}

// uneven returns times whose distances change by exactly as much as the chunk encodings' widths can and cannot hold.
func uneven() []int64 {
	times, t := []int64{}, start
	for _, change := range []int64{4095, 4096, 4097, 8191, 8192, 8193, 65535, 65536, 65537, 524287, 524288, 524289} {
		for _, distance := range []int64{20_000, 20_000 + change, 20_000} {
			t += distance
			times = append(times, t)
		}
	}
	return times
}

func main() {
	dir := os.Args[1]
	write(filepath.Join(dir, "snappy-xor"), filepath.Join(dir, "expected.jsonl"), chunkenc.EncXOR, compression.Snappy)
	write(filepath.Join(dir, "zstd-xor2"), filepath.Join(dir, "expected.jsonl"), chunkenc.EncXOR2, compression.Zstd)
}

func write(data, expected string, encoding chunkenc.Encoding, wal compression.Type) {
	opts := tsdb.DefaultOptions()
	opts.MinBlockDuration, opts.MaxBlockDuration = int64(20*time.Minute/time.Millisecond), int64(20*time.Minute/time.Millisecond)
	opts.RetentionDuration = int64(100 * 365 * 24 * time.Hour / time.Millisecond)
	opts.OutOfOrderTimeWindow = int64(60 * time.Minute / time.Millisecond)
	opts.NoLockfile = true
	opts.WALCompression, opts.FloatChunkEncoding = wal, encoding
	db, err := tsdb.Open(data, nil, nil, opts, nil)
	check(err)
	db.DisableCompactions()
	stale := math.Float64frombits(value.StaleNaN)
	add := func(app storage.Appender, name string, t int64, v float64, h *histogram.Histogram, fh *histogram.FloatHistogram) {
		l := labels.FromStrings("__name__", name, "job", "x")
		if h != nil || fh != nil {
			_, err = app.AppendHistogram(0, l, t, h, fh)
		} else {
			_, err = app.Append(0, l, t, v)
		}
		check(err)
	}
	times := uneven()
	for i := 0; i < 400; i++ {
		t := start + int64(i)*step
		app := db.Appender(context.Background())
		add(app, "float", t, math.Sin(float64(i)), nil, nil)
		add(app, "integers", t, float64(i*7), nil, nil)
		add(app, "constant", t, 42, nil, nil)
		if i == 0 {
			add(app, "begins_stale", t, stale, nil, nil)
		} else {
			add(app, "begins_stale", t, float64(i%3), nil, nil)
		}
		for ; len(times) > 0 && times[0] <= t; times = times[1:] {
			add(app, "uneven", times[0], math.Sqrt(float64(len(times))), nil, nil)
		}
		if i%50 == 49 {
			add(app, "gaps", t, stale, nil, nil)
		} else if i%50 < 30 {
			add(app, "gaps", t, float64(i), nil, nil)
		}
		h := integer(i % 150) // Starts anew: a counter reset.
		if i%100 == 99 {
			h = &histogram.Histogram{Sum: stale}
		}
		add(app, "int_histogram", t, 0, h, nil)
		fh := integer(i).ToFloat(nil)
		fh.Count *= 1.25
		fh.ZeroCount *= 1.25
		for k := range fh.PositiveBuckets {
			fh.PositiveBuckets[k] *= 1.25
		}
		for k := range fh.NegativeBuckets {
			fh.NegativeBuckets[k] *= 1.25
		}
		fh.Sum = math.Sqrt(float64(i))
		add(app, "float_histogram", t, 0, nil, fh)
		g := integer((i * 37) % 60)
		g.CounterResetHint = histogram.GaugeType
		add(app, "gauge_histogram", t, 0, g, nil)
		c := &histogram.Histogram{
			Schema: histogram.CustomBucketsSchema, Count: uint64(4*i + 2), Sum: float64(i),
			PositiveSpans: []histogram.Span{{Offset: 0, Length: 3}}, PositiveBuckets: []int64{int64(i), 1, int64(i)},
			CustomValues: []float64{0.005, 0.1234567, 12.5},
		}
		add(app, "custom_histogram", t, 0, c, nil)
		if i < 200 {
			add(app, "mixed", t, float64(i), nil, nil)
		} else {
			add(app, "mixed", t, 0, integer(i), nil)
		}
		if i > 20 && i%10 == 0 { // Out of order, by up to five minutes.
			add(app, "float", t-20*step+7, float64(i), nil, nil)
		}
		check(app.Commit())
		if i == 260 {
			check(db.Compact(context.Background()))
		}
	}
	check(db.Delete(context.Background(), start+20*step, start+30*step, labels.MustNewMatcher(labels.MatchRegexp, "__name__", "gaps|int_histogram")))
	check(db.Delete(context.Background(), start+350*step, start+360*step, labels.MustNewMatcher(labels.MatchEqual, "__name__", "integers")))
	check(db.Close())
	dump(data, expected, opts)
}

// dump opens a copy as a server does: read-only, as promtool opens it, a head that began before the end of a
// block of late samples loses what is before that end.
func dump(data, path string, opts *tsdb.Options) {
	scratch, err := os.MkdirTemp("", "tsdb")
	check(err)
	defer os.RemoveAll(scratch)
	check(os.CopyFS(scratch, os.DirFS(data)))
	db, err := tsdb.Open(scratch, nil, nil, opts, nil)
	check(err)
	db.DisableCompactions()
	q, err := db.Querier(math.MinInt64, math.MaxInt64)
	check(err)
	out, err := os.Create(path)
	check(err)
	enc := json.NewEncoder(out)
	set := q.Select(context.Background(), true, nil, labels.MustNewMatcher(labels.MatchRegexp, "__name__", ".*"))
	n := 0
	for set.Next() {
		s := set.At()
		samples := []any{}
		it := s.Iterator(nil)
		for vt := it.Next(); vt != chunkenc.ValNone; vt = it.Next() {
			if vt == chunkenc.ValFloat {
				t, v := it.At()
				samples = append(samples, []any{t, fmt.Sprintf("%016x", math.Float64bits(v))})
			} else {
				t, h := it.AtFloatHistogram(nil)
				bits := func(v ...float64) []string {
					r := []string{}
					for _, x := range v {
						r = append(r, fmt.Sprintf("%016x", math.Float64bits(x)))
					}
					return r
				}
				spans := func(s []histogram.Span) [][2]int {
					r := [][2]int{}
					for _, x := range s {
						r = append(r, [2]int{int(x.Offset), int(x.Length)})
					}
					return r
				}
				samples = append(samples, []any{t, map[string]any{
					"schema": h.Schema, "hint": h.CounterResetHint, "fields": bits(h.Count, h.Sum, h.ZeroThreshold, h.ZeroCount),
					"ps": spans(h.PositiveSpans), "ns": spans(h.NegativeSpans), "pb": bits(h.PositiveBuckets...), "nb": bits(h.NegativeBuckets...),
					"custom": bits(h.CustomValues...),
				}})
			}
		}
		check(it.Err())
		n += len(samples)
		check(enc.Encode(map[string]any{"labels": s.Labels().Map(), "samples": samples}))
	}
	check(set.Err())
	check(out.Close())
	check(q.Close())
	check(db.Close())
	fmt.Println(n, "samples")
}
