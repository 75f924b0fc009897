package handover

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

type parcel struct {
	Number int
	Load   []byte
}

// book keeps what became of each parcel.
type book struct {
	mutex             sync.Mutex
	sent, taken, kept map[int]int
}

func (b *book) note(of map[int]int, number int) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	of[number]++
}

// load is now and then so large that it leaves in pieces.
func load() []byte {
	if rand.IntN(20) > 0 {
		return make([]byte, rand.IntN(100))
	}
	return make([]byte, rand.IntN(300_000))
}

// shortly is a context that is done soon, if not before anything begins.
func shortly() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Duration(rand.IntN(2_000))*time.Microsecond)
}

// TestRace: R2 R4 whatever the order of events, a value that its sender knows to be sent is taken once, and one of which it
// knows that it was not, is taken never.
func TestRace(t *testing.T) {
	const senders, receivers, each = 12, 8, 150
	stage := supervised(t, "one", "other")
	book := &book{sent: map[int]int{}, taken: map[int]int{}, kept: map[int]int{}}
	var sending, receiving sync.WaitGroup
	for n := range senders {
		sending.Go(func() {
			for i := range each {
				sendSomehow(t, stage, book, parcel{n*each + i, load()})
			}
		})
	}
	over := make(chan struct{})
	for range receivers {
		receiving.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
					receiveSomehow(t, stage, book)
				}
			}
		})
	}
	sending.Wait()
	close(over)
	receiving.Wait()
	if !maps.Equal(book.sent, book.taken) {
		t.Errorf("%d were sent, and %d taken: %v", len(book.sent), len(book.taken), difference(book.taken, book.sent))
	}
	if all := len(book.sent) + len(book.kept); all != senders*each {
		t.Errorf("of %d is known what became of them, not of %d", all, senders*each)
	}
	if len(book.sent) < senders || len(book.kept) < senders {
		t.Errorf("%d were sent, %d were not: this shows little", len(book.sent), len(book.kept))
	}
}

// difference is what of two counts is not the same.
func difference(one, other map[int]int) (differ []string) {
	for _, number := range slices.Sorted(maps.Keys(one)) {
		if one[number] != other[number] {
			differ = append(differ, fmt.Sprintf("%d taken %d, sent %d", number, one[number], other[number]))
		}
	}
	return differ
}

func sendSomehow(t *testing.T, stage *Stage, book *book, sent parcel) {
	ctx, cancel := shortly()
	defer cancel()
	// Some wait for as long as it takes: so something is sent on a slow machine, too.
	if rand.IntN(4) == 0 {
		ctx = context.Background()
	}
	var ends struct {
		One   Sender[parcel] `json:"one to send"`
		Other Sender[parcel] `json:"other to send"`
	}
	if err := stage.Ends(&ends); err != nil {
		t.Error(err)
	}
	one, other := ends.One, ends.Other
	isSent := false
	var err error
	switch rand.IntN(4) {
	case 0:
		err = one.Send(ctx, sent)
		isSent = err == nil
	case 1:
		isSent, err = one.TrySend(sent)
	case 2:
		var chosen Guard
		chosen, err = Select(ctx, one.OnSend(sent), other.OnSend(sent), After(time.Millisecond))
		_, isSent = chosen.(*SendGuard[parcel])
	case 3:
		_, err = other.SendAll(ctx, slices.Values([]parcel{sent}), 1)
		isSent = err == nil
		// The context was done while it was in hand, and then it was taken: but there might have been another.
		var failed *NotAllTakenError
		if errors.As(err, &failed) {
			isSent = failed.Taken == 1
		}
	}
	if isSent {
		book.note(book.sent, sent.Number)
		return
	}
	book.note(book.kept, sent.Number)
	isExpected := err == nil || errors.Is(err, ErrTimedOut) || errors.Is(err, ErrLost)
	if !isExpected {
		t.Error(err)
	}
}

func receiveSomehow(t *testing.T, stage *Stage, book *book) {
	ctx, cancel := shortly()
	defer cancel()
	var ends struct {
		One   Receiver[parcel] `json:"one to receive"`
		Other Receiver[parcel] `json:"other to receive"`
	}
	if err := stage.Ends(&ends); err != nil {
		t.Error(err)
	}
	one, other := ends.One, ends.Other
	var err error
	switch rand.IntN(4) {
	case 0:
		var value parcel
		if value, err = other.Receive(ctx); err == nil {
			book.note(book.taken, value.Number)
		}
	case 1:
		if value, isThere, _ := one.TryReceive(); isThere {
			book.note(book.taken, value.Number)
		}
	case 2:
		mine, its := one.OnReceive(), other.OnReceive()
		var chosen Guard
		chosen, err = Select(ctx, mine, its, After(time.Millisecond))
		switch chosen {
		case mine:
			book.note(book.taken, mine.Value.Number)
		case its:
			book.note(book.taken, its.Value.Number)
		}
	case 3:
		for work, problem := range one.Extended(ctx) {
			if err = problem; err != nil {
				break
			}
			workSomehow(book, work)
		}
	}
	if err != nil && !errors.Is(err, ErrTimedOut) {
		t.Error(err)
	}
}

func workSomehow(book *book, work *Work[parcel]) {
	switch rand.IntN(3) {
	case 0:
		work.Fail(errors.New("not this one"))
	case 1:
		work.GiveBack()
	case 2:
		book.note(book.taken, work.Value.Number)
	}
}
