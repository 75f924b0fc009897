package main

import (
	"context"

	"bench/stopwatch"
	"handover"
)

func main() { handover.Run(send) }

func send(stage *handover.Stage) error {
	var ends struct {
		Values  handover.Sender[[]byte]
		Figures handover.Sender[float64]
	}
	if err := stage.Ends(&ends); err != nil {
		return err
	}
	ctx := context.Background()
	microseconds, err := stopwatch.Microseconds(func() error {
		return ends.Values.Send(ctx, stopwatch.Message)
	})
	if err != nil {
		return err
	}
	ends.Values.Close()
	return ends.Figures.Send(ctx, microseconds)
}
