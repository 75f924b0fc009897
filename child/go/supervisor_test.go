package handover

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	"handover/internal/link"
	"handover/internal/msgpack"
	"handover/internal/wire"
)

// supervisor is one of a single process, whose ends it joins with each other: an arbiter in the simplest way. It works off what
// the process says in any order that the protocol leaves open.
type supervisor struct {
	t *testing.T
	// said is what is still to be written: it never waits until the process reads (6.6).
	said    []byte
	mutex   sync.Mutex
	changed *sync.Cond
	// ends are the ends by their numbers, and lastEnd is the last that was given.
	ends    map[int64]joined
	lastEnd int64
	// waiting are the operations in line, oldest first, and holding those whose value is in the hand of another.
	waiting []*offered
	holding map[int64]*offered
	// met is closed when the process has opened the pipes of a direct link.
	met chan struct{}
}

// joined is an end of a channel.
type joined struct {
	channel string
	side    int64
}

// offered is an operation of the process.
type offered struct {
	op       int64
	guards   []offeredGuard
	chosen   int
	attempts int64
	recalled bool
}

type offeredGuard struct {
	channel string
	// value is nil for a receive; ends are those that it carries.
	value []byte
	ends  []joined
}

const maxAttempts = 3

// links are kept open: a process whose link is at its end would end.
var links struct {
	mutex sync.Mutex
	files []*os.File
}

// supervised is a stage with both ends of a channel, `to` and `from`, each for each name.
func supervised(t *testing.T, channels ...string) *Stage {
	t.Helper()
	stage, _ := withSupervisor(t, channels...)
	return stage
}

func withSupervisor(t *testing.T, channels ...string) (*Stage, *supervisor) {
	t.Helper()
	input, say := pipe(t)
	hear, output := pipe(t)
	t.Setenv("HANDOVER_LINK", fmt.Sprintf("%d,%d", input.Fd(), output.Fd()))
	t.Setenv("HANDOVER_TOKEN", "t0k")
	environment, isStage := link.TakeEnvironment()
	if _, isThere := os.LookupEnv("HANDOVER_TOKEN"); !isStage || isThere {
		t.Fatal("the environment is as it was")
	}
	s := &supervisor{t: t, ends: map[int64]joined{}, holding: map[int64]*offered{}, met: make(chan struct{})}
	s.changed = sync.NewCond(&s.mutex)
	s.welcome(channels)
	go s.listen(hear)
	go s.speak(say)
	return newStage(environment), s
}

func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	links.mutex.Lock()
	defer links.mutex.Unlock()
	links.files = append(links.files, read, write)
	return read, write
}

func (s *supervisor) welcome(channels []string) {
	text := msgpack.AppendString
	header := msgpack.AppendInt(msgpack.AppendArray(nil, 4), 64)
	header = msgpack.AppendInt(msgpack.AppendInt(msgpack.AppendArray(header, 2), 1), 0)
	header = msgpack.AppendMap(header, 4)
	header = text(text(header, "stage"), "tested")
	header = msgpack.AppendInt(text(header, "replica"), 0)
	header = msgpack.AppendInt(text(header, "maxValueBytes"), 1<<26)
	header = msgpack.AppendMap(text(header, "window"), 2)
	header = msgpack.AppendInt(text(header, "operations"), 8)
	header = msgpack.AppendInt(text(header, "bytes"), 1<<20)
	header = msgpack.AppendArray(header, 2*len(channels))
	for _, channel := range channels {
		for j, side := range []string{"send", "receive"} {
			number := s.give(joined{channel, int64(j)})
			header = msgpack.AppendMap(header, 4)
			header = text(text(header, "name"), channel+" to "+side)
			header = msgpack.AppendInt(text(header, "end"), number)
			header = text(text(header, "side"), side)
			header = text(text(header, "channel"), channel)
		}
	}
	s.write(header, nil)
}

func (s *supervisor) give(end joined) int64 {
	s.lastEnd++
	s.ends[s.lastEnd] = end
	return s.lastEnd
}

func (s *supervisor) say(value []byte, number int64, fields ...int64) {
	header := msgpack.AppendInt(msgpack.AppendArray(nil, 1+len(fields)), number)
	for _, field := range fields {
		header = msgpack.AppendInt(header, field)
	}
	s.write(header, value)
}

func (s *supervisor) write(header, value []byte) {
	frame := binary.BigEndian.AppendUint16([]byte{0xc1, 0x48}, uint16(len(header)))
	frame = binary.BigEndian.AppendUint32(frame, uint32(len(header)+len(value)))
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.said = append(append(append(s.said, frame...), header...), value...)
	s.changed.Signal()
}

func (s *supervisor) speak(link *os.File) {
	for {
		s.mutex.Lock()
		for len(s.said) == 0 {
			s.changed.Wait()
		}
		said := s.said
		s.said = nil
		s.mutex.Unlock()
		if _, err := link.Write(said); err != nil {
			s.t.Error(err)
			return
		}
	}
}

func (s *supervisor) listen(link *os.File) {
	reader := wire.NewReader(link)
	for {
		frame, err := reader.Next()
		if err != nil {
			s.t.Error(err)
			return
		}
		fields := wire.Fields(frame.Header)
		op, _ := fields[1].(int64)
		switch fields[0].(int64) {
		case 2:
			s.offer(op, fields[2].(int64), fields[3].([]any), frame.Value)
		case 3:
			s.withdraw(op)
		case 4:
			sent := s.released(op)
			s.say(nil, 67, sent.op, int64(sent.chosen))
		case 5:
			s.comesBack(s.released(op))
		case 6:
			sent := s.released(op)
			s.fail(sent, "refused", msgpack.AppendString(nil, fields[2].(string)))
		case 13:
			close(s.met)
		case 11:
			sent := s.released(op)
			if sent.attempts++; sent.attempts == maxAttempts {
				s.fail(sent, "lost", msgpack.AppendArray(nil, 0))
			} else {
				s.comesBack(sent)
			}
		}
	}
}

func (s *supervisor) offer(op, kind int64, guards []any, values []byte) {
	one := &offered{op: op, recalled: kind&1 != 0}
	for _, guard := range guards {
		fields := guard.([]any)
		made := offeredGuard{channel: s.ends[fields[0].(int64)].channel}
		if len(fields) > 1 {
			length := fields[1].(int64)
			made.value, values = values[:length:length], values[length:]
		}
		if len(fields) > 2 {
			for _, number := range fields[2].([]any) {
				made.ends = append(made.ends, s.ends[number.(int64)])
			}
		}
		one.guards = append(one.guards, made)
	}
	if s.matches(one) {
		return
	}
	if kind&1 != 0 {
		s.say(nil, 69, op, 0, 0)
		return
	}
	s.waiting = append(s.waiting, one)
}

// matches pairs an operation with the first in line that fits one of its guards, which it takes in any order.
func (s *supervisor) matches(one *offered) bool {
	for _, i := range rand.Perm(len(one.guards)) {
		for at, other := range s.waiting {
			j := slices.IndexFunc(other.guards, func(guard offeredGuard) bool {
				return guard.channel == one.guards[i].channel && (guard.value == nil) != (one.guards[i].value == nil)
			})
			if j < 0 {
				continue
			}
			s.waiting = slices.Delete(s.waiting, at, at+1)
			if one.guards[i].value != nil {
				s.deliver(one, i, other, j)
			} else {
				s.deliver(other, j, one, i)
			}
			return true
		}
	}
	return false
}

func (s *supervisor) deliver(sent *offered, i int, receive *offered, j int) {
	sent.chosen = i
	sent.guards = slices.Clone(sent.guards)
	s.holding[receive.op] = sent
	header := msgpack.AppendArray(nil, 5)
	for _, field := range []int64{66, receive.op, int64(j), sent.attempts + 1} {
		header = msgpack.AppendInt(header, field)
	}
	header = msgpack.AppendArray(header, len(sent.guards[i].ends))
	for _, end := range sent.guards[i].ends {
		header = msgpack.AppendInt(msgpack.AppendInt(msgpack.AppendArray(header, 3), s.give(end)), end.side)
		header = msgpack.AppendString(header, end.channel)
	}
	s.write(header, sent.guards[i].value)
}

func (s *supervisor) released(receive int64) *offered {
	sent := s.holding[receive]
	if sent == nil {
		s.t.Fatalf("operation %d has no value in hand", receive)
	}
	delete(s.holding, receive)
	return sent
}

func (s *supervisor) comesBack(sent *offered) {
	if sent.recalled {
		s.say(nil, 69, sent.op, int64(sent.chosen), sent.attempts)
		return
	}
	// It has committed itself to that guard.
	for i := range sent.guards {
		if i != sent.chosen {
			sent.guards[i].channel = "none"
		}
	}
	if !s.matches(sent) {
		s.waiting = slices.Insert(s.waiting, 0, sent)
	}
}

func (s *supervisor) withdraw(op int64) {
	if at := slices.IndexFunc(s.waiting, func(one *offered) bool { return one.op == op }); at >= 0 {
		one := s.waiting[at]
		s.waiting = slices.Delete(s.waiting, at, at+1)
		s.say(nil, 69, op, int64(one.chosen), one.attempts)
		return
	}
	for _, sent := range s.holding {
		if sent.op == op {
			sent.recalled = true
			s.say(nil, 68, op)
		}
	}
}

func (s *supervisor) fail(sent *offered, reason string, detail []byte) {
	header := msgpack.AppendInt(msgpack.AppendArray(nil, 6), 70)
	for _, field := range []int64{sent.op, int64(sent.chosen), sent.attempts} {
		header = msgpack.AppendInt(header, field)
	}
	s.write(append(msgpack.AppendString(header, reason), detail...), nil)
}
