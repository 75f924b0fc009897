package main

import (
	"context"

	"handover"
)

func main() { handover.Run(take) }

func take(stage *handover.Stage) error {
	var ends struct{ Values handover.Receiver[[]byte] }
	if err := stage.Ends(&ends); err != nil {
		return err
	}
	for _, err := range ends.Values.All(context.Background()) {
		if err != nil {
			return err
		}
	}
	return nil
}
