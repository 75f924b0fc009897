// Package stopwatch does as stopwatch.ts.
package stopwatch

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

const (
	warmUp      = 20_480
	measured    = 350 * time.Millisecond
	lapsPerLook = 32
)

// Message is what each lap sends.
var Message = bytes.Repeat([]byte{'h'}, 24)

// Microseconds of one lap, on average: a function that is called for each.
func Microseconds(lap func() error) (float64, error) {
	fixed, _ := strconv.Atoi(os.Getenv("BENCH_LAPS"))
	for range warmUp {
		if err := lap(); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	for laps := lapsPerLook; ; laps += lapsPerLook {
		for range lapsPerLook {
			if err := lap(); err != nil {
				return 0, err
			}
		}
		elapsed := time.Since(start)
		if (fixed == 0 && elapsed >= measured) || (fixed > 0 && laps >= fixed) {
			return float64(elapsed.Nanoseconds()) / 1e3 / float64(laps), nil
		}
	}
}
