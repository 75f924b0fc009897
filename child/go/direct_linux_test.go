package handover

import (
	"context"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"handover/internal/msgpack"
)

// linked joins the sender of one stage and the receiver of another by a direct link. Each has a supervisor of its own, at which
// nobody else is.
func linked(t *testing.T) (sender Sender[parcel], receiver Receiver[parcel]) {
	t.Helper()
	folder := t.TempDir()
	down, up := filepath.Join(folder, "down"), filepath.Join(folder, "up")
	var open []*os.File
	for _, path := range []string{down, up} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, file)
	}
	from, fromSupervisor := withSupervisor(t, "one")
	to, toSupervisor := withSupervisor(t, "one")
	sender, err := SenderOf[parcel](from, "one to send")
	if err != nil {
		t.Fatal(err)
	}
	receiver, err = ReceiverOf[parcel](to, "one to receive")
	if err != nil {
		t.Fatal(err)
	}
	toSupervisor.meet(2, down, up)
	<-toSupervisor.met
	fromSupervisor.meet(1, up, down)
	<-fromSupervisor.met
	for _, file := range open {
		_ = file.Close()
	}
	return sender, receiver
}

// meet offers a link for an end.
func (s *supervisor) meet(end int64, readPath, writePath string) {
	header := msgpack.AppendArray(nil, 5)
	for _, field := range []int64{75, 1, end} {
		header = msgpack.AppendInt(header, field)
	}
	s.write(msgpack.AppendString(msgpack.AppendString(header, readPath), writePath), nil)
}

// TestDirect: R2 R3 R4 §14.8 whatever the order of events in either process, what goes over a link is taken once, and in order.
func TestDirect(t *testing.T) {
	const each = 400
	sender, receiver := linked(t)
	book := &book{sent: map[int]int{}, taken: map[int]int{}}
	var sending, receiving sync.WaitGroup
	for n := range 4 {
		sending.Go(func() {
			for i := 0; i < each; {
				some := []parcel{{n*each + i, load()}}
				if rand.IntN(4) == 0 {
					some = append(some, parcel{n*each + i + 1, load()})[:min(2, each-i)]
				}
				var err error
				if len(some) == 1 {
					err = sender.Send(context.Background(), some[0])
				} else {
					_, err = sender.SendAll(context.Background(), slices.Values(some), 2)
				}
				if err != nil {
					t.Error(err)
					return
				}
				for _, one := range some {
					book.note(book.sent, one.Number)
				}
				i += len(some)
			}
		})
	}
	over := make(chan struct{})
	for n := range 3 {
		receiving.Go(func() {
			last := map[int]int{}
			for {
				select {
				case <-over:
					return
				default:
				}
				value, isThere := receiveDirectly(t, receiver, n)
				if !isThere {
					continue
				}
				book.note(book.taken, value.Number)
				if before, isKnown := last[value.Number/each]; isKnown && value.Number < before {
					t.Errorf("%d came after %d", value.Number, before)
				}
				last[value.Number/each] = value.Number
			}
		})
	}
	sending.Wait()
	close(over)
	receiver.Close()
	receiving.Wait()
	if !maps.Equal(book.sent, book.taken) || len(book.sent) != 4*each {
		t.Errorf("%d were sent, and %d taken: %v", len(book.sent), len(book.taken), difference(book.taken, book.sent))
	}
}

func receiveDirectly(t *testing.T, receiver Receiver[parcel], n int) (parcel, bool) {
	switch rand.IntN(3) {
	case 0:
		value, isThere, _ := receiver.TryReceive()
		return value, isThere
	case 1:
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(2_000))*time.Microsecond)
		defer cancel()
		value, err := receiver.Receive(ctx)
		return value, err == nil
	}
	if n == 0 {
		return parcel{}, false
	}
	value, err := receiver.Receive(context.Background())
	return value, err == nil
}
