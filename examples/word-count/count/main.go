// How often each word has come: sent when there are no more, as texts that sort can read.
package main

import (
	"context"
	"fmt"

	"handover"
)

func main() { handover.Run(count) }

func count(stage *handover.Stage) error {
	var ends struct {
		Input  handover.Receiver[[]string]
		Output handover.Sender[string]
	}
	if err := stage.Ends(&ends); err != nil {
		return err
	}
	ctx := context.Background()
	counts := map[string]int{}
	for words, err := range ends.Input.All(ctx) {
		if err != nil {
			return err
		}
		for _, word := range words {
			counts[word]++
		}
	}
	for word, count := range counts {
		if err := ends.Output.Send(ctx, fmt.Sprintf("%7d %s", count, word)); err != nil {
			return err
		}
	}
	return nil
}
