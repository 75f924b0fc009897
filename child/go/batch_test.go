package handover

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"slices"
	"testing"
)

// both are the ends of one channel, of a new supervisor.
func both[T any](t *testing.T) (Sender[T], Receiver[T]) {
	t.Helper()
	var ends struct {
		To   Sender[T]   `json:"one to send"`
		From Receiver[T] `json:"one to receive"`
	}
	if err := supervised(t, "one").Ends(&ends); err != nil {
		t.Fatal(err)
	}
	return ends.To, ends.From
}

// receiving receives in a goroutine of its own, and gives what came when the context is done.
func receiving[T any](ctx context.Context, from Receiver[T]) func() []T {
	done := make(chan []T)
	go func() {
		var all []T
		for value, err := range from.All(ctx) {
			if err == nil {
				all = append(all, value)
			}
		}
		done <- all
	}()
	return func() []T { return <-done }
}

func TestSendAll(t *testing.T) {
	t.Run("R4 a value that cannot travel ends it, and what was sent before goes on", func(t *testing.T) {
		to, from := both[any](t)
		ctx, cancel := context.WithCancel(t.Context())
		received := receiving(ctx, from)
		values := []any{1, "two", make(chan int), "never drawn"}
		_, err := to.SendAll(t.Context(), slices.Values(values), 3)
		cancel()
		var failed *NotAllTakenError
		if !errors.As(err, &failed) || !errors.Is(err, ErrNotEncodable) || !errors.Is(err, ErrNotAllTaken) {
			t.Fatal(err)
		}
		expected := []UntakenValue{{2, values[2], 0}}
		if failed.Drawn != 3 || failed.Taken != 2 || !reflect.DeepEqual(failed.NotTaken, expected) || failed.MaybeTaken != nil {
			t.Errorf("%+v", failed)
		}
		if all := received(); !reflect.DeepEqual(all, []any{int64(1), "two"}) {
			t.Errorf("%v", all)
		}
	})
	t.Run("R4 a sender that is closed meanwhile ends it, and what was sent before goes on", func(t *testing.T) {
		to, from := both[int](t)
		closing := func(yield func(int) bool) {
			yield(1)
			to.Close()
			yield(2)
		}
		ctx, cancel := context.WithCancel(t.Context())
		received := receiving(ctx, from)
		_, err := to.SendAll(t.Context(), closing, 3)
		cancel()
		var failed *NotAllTakenError
		if !errors.As(err, &failed) || !errors.Is(err, ErrClosed) || failed.Taken != 1 || len(failed.NotTaken) != 1 {
			t.Error(err)
		}
		if all := received(); !slices.Equal(all, []int{1}) {
			t.Errorf("%v", all)
		}
	})
	t.Run("R4 a context that is done calls back what is under way, and before that nothing is drawn", func(t *testing.T) {
		to, _ := both[int](t)
		ctx, cancel := context.WithCancelCause(t.Context())
		because := errors.New("no more of this")
		counting := func(yield func(int) bool) {
			for n := 1; ; n++ {
				if n == 3 {
					cancel(because)
				}
				if !yield(n) {
					return
				}
			}
		}
		_, err := to.SendAll(ctx, counting, 8)
		var failed *NotAllTakenError
		if !errors.As(err, &failed) || !errors.Is(err, ErrAborted) || !errors.Is(err, because) || len(failed.NotTaken) != 3 {
			t.Errorf("%v", err)
		}
		drawing := func(func(int) bool) { t.Error("it draws") }
		if _, err := to.SendAll(ctx, drawing, 8); !errors.As(err, &failed) || failed.Drawn != 0 {
			t.Error(err)
		}
	})
	t.Run("R4 a source that panics leaves nothing under way", func(t *testing.T) {
		to, from := both[int](t)
		panicking := func(yield func(int) bool) {
			yield(1)
			panic("no further")
		}
		func() {
			defer func() {
				if recover() != "no further" {
					t.Error("the panic is lost")
				}
			}()
			_, _ = to.SendAll(t.Context(), panicking, 3)
		}()
		if _, isThere, err := from.TryReceive(); isThere || err != nil {
			t.Error("it is still sent", err)
		}
	})
	t.Run("R5 a window of less than 1 is refused", func(t *testing.T) {
		to, _ := both[int](t)
		if _, err := to.SendAll(t.Context(), iter.Seq[int](nil), 0); !errors.Is(err, ErrTopology) {
			t.Error(err)
		}
	})
}

// tree has ends of its own type.
type tree struct {
	Name   string
	Branch *Sender[tree]
}

func TestEnds(t *testing.T) {
	t.Run("copies of an end are the same end, and a clone is another", func(t *testing.T) {
		to, from := both[int](t)
		same := to
		other, err := to.Clone()
		if err != nil || same != to || other == to {
			t.Error("they are not", err)
		}
		to.Close()
		if err := same.Send(t.Context(), 1); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		received := receiving(t.Context(), from)
		if err := other.Send(t.Context(), 1); err != nil {
			t.Error(err)
		}
		_ = received
	})
	t.Run("a value may carry an end of its own type, or none", func(t *testing.T) {
		to, from := both[tree](t)
		branch, err := to.Clone()
		if err != nil {
			t.Fatal(err)
		}
		for _, sent := range []tree{{"leaf", nil}, {"fork", &branch}} {
			sending := make(chan error)
			go func() { sending <- to.Send(t.Context(), sent) }()
			come, err := from.Receive(t.Context())
			if err := errors.Join(err, <-sending); err != nil || come.Name != sent.Name || (come.Branch == nil) != (sent.Branch == nil) {
				t.Errorf("%+v, %v", come, err)
			}
		}
		if err := branch.Send(t.Context(), tree{}); !errors.Is(err, ErrMoved) {
			t.Error(err)
		}
	})
	t.Run("what cannot be read as the type of its receiver is refused with the place, and it waits for the next", func(t *testing.T) {
		var ends struct {
			To   Sender[any]         `json:"one to send"`
			From Receiver[[]float64] `json:"one to receive"`
		}
		if err := supervised(t, "one").Ends(&ends); err != nil {
			t.Fatal(err)
		}
		received := make(chan []float64)
		go func() {
			value, _ := ends.From.Receive(context.Background())
			received <- value
		}()
		err := ends.To.Send(t.Context(), []any{1, "two"})
		if !errors.Is(err, ErrRefused) || err.Error() != `the receiver on "one" refused the value: text, which is no float64, at $[1]` {
			t.Error(err)
		}
		if err := ends.To.Send(t.Context(), []any{1, 2.5}); err != nil {
			t.Error(err)
		}
		if value := <-received; !slices.Equal(value, []float64{1, 2.5}) {
			t.Error(value)
		}
	})
}
