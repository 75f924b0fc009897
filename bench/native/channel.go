// A rendezvous between two goroutines of one process: an unbuffered channel.
package main

import (
	"fmt"
	"time"
)

const (
	warmUp      = 20_480
	measured    = 350 * time.Millisecond
	lapsPerLook = 32
)

func main() {
	values := make(chan []byte)
	done := make(chan struct{})
	go func() {
		for range values {
		}
		close(done)
	}()
	message := make([]byte, 24)
	for lap := 0; lap < warmUp; lap++ {
		values <- message
	}
	laps := 0
	start := time.Now()
	var elapsed time.Duration
	for elapsed < measured {
		for lap := 0; lap < lapsPerLook; lap++ {
			values <- message
		}
		laps += lapsPerLook
		elapsed = time.Since(start)
	}
	close(values)
	<-done
	fmt.Printf("{\"figure\":%.4f}\n", float64(elapsed.Nanoseconds())/1e3/float64(laps))
}
