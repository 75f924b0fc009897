package handover

import (
	"errors"
	"testing"
)

const (
	shutdown = 72
	retire   = 74
)

// TestLeaving: what code hears when its process is to come to its end (8.7), or to make way for another (8.15).
func TestLeaving(t *testing.T) {
	for _, asked := range []struct {
		title string
		said  int64
	}{{"§8.7 on shutdown", shutdown}, {"§8.15 on retire", retire}} {
		t.Run(asked.title+" what waits to receive comes back, and nothing begins to", func(t *testing.T) {
			stage, supervisor := withSupervisor(t, "one", "other")
			var ends struct {
				To   Sender[int]   `json:"one to send"`
				From Receiver[int] `json:"other to receive"`
			}
			if err := stage.Ends(&ends); err != nil {
				t.Fatal(err)
			}
			waiting := make(chan error)
			operations := []func() error{
				func() error { _, err := ends.From.Receive(t.Context()); return err },
				func() error { _, err := Select(t.Context(), ends.From.OnReceive()); return err },
				func() error {
					for _, err := range ends.From.Extended(t.Context()) {
						return err
					}
					return nil
				},
			}
			for _, operation := range operations {
				go func() { waiting <- operation() }()
			}
			supervisor.say(nil, asked.said)
			for range operations {
				if err := <-waiting; !errors.Is(err, ErrLeaving) {
					t.Error(err)
				}
			}
			<-stage.Leaving()
			if _, _, err := ends.From.TryReceive(); !errors.Is(err, ErrLeaving) {
				t.Error(err)
			}
			isTaken, err := ends.To.TrySend(1)
			if asked.said == retire && (isTaken || err != nil) {
				t.Error("it may still send", err)
			}
			if asked.said == shutdown && !errors.Is(err, ErrLeaving) {
				t.Error(err)
			}
		})
	}
	t.Run("§8.7 on shutdown what is in hand goes back, and on retire it is finished", func(t *testing.T) {
		for _, said := range []int64{shutdown, retire} {
			stage, supervisor := withSupervisor(t, "one")
			var ends struct {
				To   Sender[string]   `json:"one to send"`
				From Receiver[string] `json:"one to receive"`
			}
			if err := stage.Ends(&ends); err != nil {
				t.Fatal(err)
			}
			sending := make(chan error)
			go func() {
				_, err := ends.To.SendAll(t.Context(), func(yield func(string) bool) { yield("in hand") }, 1)
				sending <- err
			}()
			for work, err := range ends.From.Extended(t.Context()) {
				if err != nil {
					if !errors.Is(err, ErrLeaving) {
						t.Error(err)
					}
					break
				}
				supervisor.say(nil, said)
				<-stage.Leaving()
				work.Taken()
			}
			if said == retire {
				if err := <-sending; err != nil {
					t.Error(err)
				}
			}
		}
	})
	t.Run("§8.7 a value that cannot travel, when nothing can be sent any more, is refused for that", func(t *testing.T) {
		stage, supervisor := withSupervisor(t, "one", "other")
		one, err := SenderOf[any](stage, "one to send")
		if err != nil {
			t.Fatal(err)
		}
		other, err := SenderOf[any](stage, "other to send")
		if err != nil {
			t.Fatal(err)
		}
		supervisor.say(nil, shutdown)
		<-stage.Leaving()
		// It is closed before the end of the turn in which it is asked to leave.
		if err := one.Send(t.Context(), other); !errors.Is(err, ErrLeaving) {
			t.Error(err)
		}
	})
}
