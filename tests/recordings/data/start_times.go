// Writes the same native histograms as chunks without and with start timestamps, one chunk a line: encoding and
// bytes in hexadecimal, those that hold the same side by side. Made with prometheus v0.314.0 (3.14).
package main

import (
	"fmt"
	"math"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

const start, step = int64(1_700_000_000_000), int64(15_000)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func integer(i int) *histogram.Histogram {
	h := &histogram.Histogram{
		Schema: 1, ZeroThreshold: 0.001, ZeroCount: uint64(i), Sum: 1.5 * float64(i), Count: uint64(5*i + 10),
		PositiveSpans:   []histogram.Span{{Offset: -2, Length: 2}, {Offset: 3, Length: 1}},
		PositiveBuckets: []int64{int64(i) + 3, 2, -1},
		NegativeSpans:   []histogram.Span{{Offset: 1, Length: 1}},
		NegativeBuckets: []int64{int64(i)},
	}
	if i == 150 {
		h = &histogram.Histogram{Sum: math.Float64frombits(value.StaleNaN)}
	}
	return h
}

// starts are the start timestamps of sample i, in ways that are written differently.
var starts = []func(i int) int64{
	func(i int) int64 { return 0 },
	func(i int) int64 { return start - 1 },
	func(i int) int64 { return start - 70_000 + int64(i/3) },
	func(i int) int64 { return []int64{0, start}[min(i, 1)] },
	func(i int) int64 { return []int64{0, start + step}[min(i/20, 1)] },
	func(i int) int64 { return start + int64(i-1)*step - int64(i*i*1_000_003) },
}

func main() {
	for _, at := range starts {
		plain, with := chunkenc.NewHistogramChunk(), chunkenc.NewHistogramSTChunk()
		floats, floatsWith := chunkenc.NewFloatHistogramChunk(), chunkenc.NewFloatHistogramSTChunk()
		for _, chunk := range []chunkenc.Chunk{plain, with, floats, floatsWith} {
			app, err := chunk.Appender()
			check(err)
			for i := range 151 {
				t := start + int64(i)*step
				if chunk == floats || chunk == floatsWith {
					_, _, _, err = app.AppendFloatHistogram(nil, at(i), t, integer(i).ToFloat(nil), true)
				} else {
					_, _, _, err = app.AppendHistogram(nil, at(i), t, integer(i), true)
				}
				check(err)
			}
			fmt.Printf("%d %x\n", chunk.Encoding(), chunk.Bytes())
		}
	}
}
