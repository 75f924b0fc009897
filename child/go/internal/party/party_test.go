package party

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"handover/internal/direct"
	"handover/internal/wire"
)

// desk is a party, and what it has said.
type desk struct {
	*Party
	t    *testing.T
	said []string
	// told are the operations whose code was told, by their names.
	told []string
	// alarms are those that were set, and not rung.
	alarms []func()
}

// pipes are those of no link.
type pipes struct{ *desk }

func (p pipes) Open(link int64, _, _ string, _ direct.Path) bool { return p.note("open %d", link) }
func (p pipes) Write(link int64, value []byte)                   { p.note("write %d %s", link, value) }
func (p pipes) Answer(link int64, answer []byte)                 { p.note("answer %d %d", link, answer) }
func (p pipes) Shut(link int64)                                  { p.note("shut %d", link) }

func (p pipes) Close(link int64) {
	p.note("close %d", link)
	p.Party.Closed(link)
}

func (p pipes) Look(link int64) { p.Party.Looked(link) }

func (p pipes) Later(milliseconds int, ring func()) { p.alarms = append(p.alarms, ring) }

func (d *desk) note(format string, args ...any) bool {
	d.said = append(d.said, fmt.Sprintf(format, args...))
	return true
}

func newDesk(t *testing.T, change ...func(*wire.Settings)) *desk {
	settings := wire.Settings{Stage: "desk", MaxValueBytes: 100_000, WindowOperations: 2, WindowBytes: 10_000}
	for _, change := range change {
		change(&settings)
	}
	d := &desk{t: t}
	d.Party = New(settings, func(word wire.Word) { d.said = append(d.said, word.String()) }, pipes{d})
	return d
}

func (d *desk) sender(number int64) *Copy {
	return d.Given(wire.PassedEnd{End: number, Side: wire.Send, Channel: fmt.Sprint("c", number)})
}

func (d *desk) receiver(number int64) *Copy {
	return d.Given(wire.PassedEnd{End: number, Side: wire.Receive, Channel: fmt.Sprint("c", number)})
}

func (d *desk) begin(name string, shape Shape, guards ...Guard) *Operation {
	op := NewOperation(shape, guards, func() { d.told = append(d.told, name) })
	d.Begin(op)
	return op
}

func (d *desk) send(name string, on *Copy, carried ...*Copy) *Operation {
	return d.begin(name, Plain, Guard{on, []byte("v"), carried})
}

func (d *desk) receive(name string, on *Copy) *Operation {
	return d.begin(name, Plain, Guard{Copy: on})
}

func (d *desk) hear(messages ...wire.Message) {
	d.t.Helper()
	for _, message := range messages {
		if err := d.Hear(message); err != nil {
			d.t.Error(err)
		}
	}
}

// says fails where something else was said since it was last asked.
func (d *desk) says(expected ...string) {
	d.t.Helper()
	if !slices.Equal(d.said, expected) {
		d.t.Errorf("it said\n\t%s\nnot\n\t%s", strings.Join(d.said, "\n\t"), strings.Join(expected, "\n\t"))
	}
	d.said = nil
}

// ends fails where others have their ending since it was last asked.
func (d *desk) ends(names ...string) {
	d.t.Helper()
	for _, tell := range d.Told() {
		tell()
	}
	if !slices.Equal(d.told, names) {
		d.t.Errorf("told were %v, not %v", d.told, names)
	}
	d.told = nil
}

func (d *desk) endsWith(op *Operation, ending Ending) {
	d.t.Helper()
	if !reflect.DeepEqual(op.Ending(), ending) {
		d.t.Errorf("it ended with %+v, not %+v", op.Ending(), ending)
	}
}

func TestEndings(t *testing.T) {
	t.Run("R4 a send ends once, as the supervisor says", func(t *testing.T) {
		d := newDesk(t)
		op := d.send("send", d.sender(1))
		d.says("offer 1 0 [[1 1]]")
		d.ends()
		d.hear(wire.Completed{Op: 1}, wire.Failed{Op: 1, Reason: wire.Ended{}}, wire.Withdrawn{Op: 1})
		d.ends("send")
		d.endsWith(op, Completed{})
		d.Recall(op)
		d.says()
	})
	t.Run("R4 a completion that crosses a withdrawal wins, and so does a delivery", func(t *testing.T) {
		d := newDesk(t)
		send, receive := d.send("send", d.sender(1)), d.receive("receive", d.receiver(2))
		d.Recall(send)
		d.Recall(receive)
		d.Recall(send)
		d.says("offer 1 0 [[1 1]]", "offer 2 0 [[2]]", "withdraw 1 1", "withdraw 2 1")
		d.hear(wire.Late{Op: 1}, wire.Completed{Op: 1}, wire.Deliver{Op: 2, Attempt: 1, Value: []byte("v")})
		d.ends("send", "receive")
		d.endsWith(send, Completed{})
		held := receive.Ending().(Delivered).Held
		if !held.Take() || held.Take() {
			t.Error("it is taken once")
		}
		held.GiveBack()
		d.says("taken 2")
	})
	t.Run("R4 what came back says how many attempts there were", func(t *testing.T) {
		d := newDesk(t)
		op := d.send("send", d.sender(1))
		d.Recall(op)
		d.hear(wire.Withdrawn{Op: 1, Attempts: 2})
		d.endsWith(op, Withdrawn{Why: GivenUp, Attempts: 2})
	})
	t.Run("a poll finds nobody, and is never asked back", func(t *testing.T) {
		d := newDesk(t)
		op := d.begin("poll", PlainPoll, Guard{d.sender(1), []byte("v"), nil})
		d.Recall(op)
		d.says("offer 1 1 [[1 1]]")
		d.hear(wire.Withdrawn{Op: 1})
		d.endsWith(op, Withdrawn{Why: Nobody})
	})
	t.Run("§9 an answer for a guard that is not there is a violation", func(t *testing.T) {
		d := newDesk(t)
		d.send("send", d.sender(1))
		for _, message := range []wire.Message{wire.Completed{Op: 1, Guard: 1}, wire.Withdrawn{Op: 1, Guard: 7}} {
			if d.Hear(message) == nil {
				t.Errorf("%+v is heard", message)
			}
		}
	})
	t.Run("§4.11 the first word about a value in hand counts", func(t *testing.T) {
		for word, answer := range map[string]func(*Held){
			"taken 1":          func(h *Held) { h.Take() },
			"returned 1":       (*Held).GiveBack,
			"abandoned 1 why":  func(h *Held) { h.Abandon("why") },
			"refused 1 no int": func(h *Held) { h.Refuse("no int") },
		} {
			d := newDesk(t)
			op := d.receive("receive", d.receiver(2))
			d.hear(wire.Deliver{Op: 1, Attempt: 3, Value: []byte("v"), Ends: []wire.PassedEnd{{End: 9, Side: wire.Send, Channel: "c"}}})
			d.said = nil
			held := op.Ending().(Delivered).Held
			answer(held)
			held.Abandon("too late")
			if word == "taken 1" {
				d.says(word)
			} else {
				d.says(word, "close 9")
			}
			if held.Attempt() != 3 || string(held.Value()) != "v" {
				t.Errorf("%+v", held)
			}
		}
	})
}

func TestWindow(t *testing.T) {
	t.Run("§6.1 what does not fit is offered in order, as there is room", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		for _, name := range []string{"a", "b", "c", "d"} {
			d.send(name, end)
		}
		d.receive("other end", d.receiver(2))
		d.says("offer 1 0 [[1 1]]", "offer 2 0 [[1 1]]", "offer 3 0 [[2]]")
		d.hear(wire.Completed{Op: 2})
		d.says("offer 4 0 [[1 1]]")
		d.hear(wire.Completed{Op: 1}, wire.Completed{Op: 4})
		d.says("offer 5 0 [[1 1]]")
		d.ends("b", "a", "c")
	})
	t.Run("§6.1 bytes count, too, and one is always allowed", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		for _, name := range []string{"large", "small"} {
			d.begin(name, Plain, Guard{end, make([]byte, 50_000), nil})
		}
		d.says("offer 1 0 [[1 50000]]")
		d.hear(wire.Completed{Op: 1})
		d.says("offer 2 0 [[1 50000]]")
	})
	t.Run("§6.4 a poll that does not fit finds nobody, and what was held comes back at once", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		d.send("a", end)
		d.send("b", end)
		held := d.send("held", end)
		poll := d.begin("poll", PlainPoll, Guard{end, []byte("v"), nil})
		d.endsWith(poll, Withdrawn{Why: Nobody})
		d.Recall(held)
		d.endsWith(held, Withdrawn{Why: GivenUp})
		d.says("offer 1 0 [[1 1]]", "offer 2 0 [[1 1]]")
		d.ends("poll", "held")
	})
	t.Run("§6.2 selects are not held back, but for those with large values for one end", func(t *testing.T) {
		d := newDesk(t)
		one, other := d.sender(1), d.sender(2)
		for range 4 {
			d.begin("small", Choice, Guard{one, []byte("v"), nil})
		}
		d.said = nil
		large := make([]byte, 10_000)
		d.begin("first", Choice, Guard{one, large, nil})
		d.begin("held", Choice, Guard{one, large, nil}, Guard{other, []byte("v"), nil})
		d.begin("other", Choice, Guard{other, large, nil})
		poll := d.begin("poll", ChoicePoll, Guard{one, large, nil})
		d.says("offer 5 2 [[1 10000]]", "offer 6 2 [[2 10000]]")
		d.endsWith(poll, Withdrawn{Why: Nobody})
		d.hear(wire.Withdrawn{Op: 5})
		d.says("offer 7 0 [[1 10000] [2 1]]")
	})
	t.Run("§2.3 too large a value is not offered; those of one select count together", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		op := d.begin("large", Choice, Guard{end, make([]byte, 60_000), nil}, Guard{end, make([]byte, 60_000), nil})
		d.endsWith(op, Failed{Guard: 1, Reason: wire.TooLarge{Bytes: 120_000}})
		d.says()
	})
	t.Run("§2.1 more guards than a header can name are not offered", func(t *testing.T) {
		d := newDesk(t)
		guards := slices.Repeat([]Guard{{Copy: d.receiver(1 << 40)}}, 10_000)
		d.endsWith(d.begin("many", Choice, guards...), TooManyGuards{})
		d.says()
	})
}

func TestClose(t *testing.T) {
	t.Run("§7.3 sends go on to their ending, and the close follows every offer", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		for _, name := range []string{"a", "b", "held"} {
			d.send(name, end)
		}
		end.Close()
		end.Close()
		d.says("offer 1 0 [[1 1]]", "offer 2 0 [[1 1]]")
		d.endsWith(d.send("late", end), Withdrawn{Why: EndClosed})
		d.hear(wire.Completed{Op: 1})
		d.says("offer 3 0 [[1 1]]", "close 1")
		d.hear(wire.Completed{Op: 3})
		d.ends("late", "a", "held")
	})
	t.Run("§7.3 receives are withdrawn and have ended before", func(t *testing.T) {
		d := newDesk(t)
		end := d.receiver(1)
		receive := d.receive("receive", end)
		choice := d.begin("choice", Choice, Guard{Copy: d.receiver(2)}, Guard{Copy: end})
		end.Close()
		d.says("offer 1 0 [[1]]", "offer 2 0 [[2] [1]]", "withdraw 1 1", "withdraw 2 1")
		d.hear(wire.Withdrawn{Op: 1})
		d.says()
		d.hear(wire.Withdrawn{Op: 2})
		d.says("close 1")
		d.endsWith(receive, Withdrawn{Why: EndClosed})
		d.endsWith(choice, Withdrawn{Why: EndClosed, Guard: 1})
	})
	t.Run("§7.2 the last of its copies closes an end", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		other := end.Clone()
		end.Close()
		d.says()
		d.send("send", other)
		other.Close()
		d.says("offer 1 0 [[1 1]]", "close 1")
	})
	t.Run("§8.16 an end with the number 0 is closed", func(t *testing.T) {
		d := newDesk(t)
		d.endsWith(d.send("send", d.sender(0)), Withdrawn{Why: EndClosed})
		d.says()
	})
}

func TestEndsInValues(t *testing.T) {
	t.Run("§7.9 leave with the value, and are closed when it was taken", func(t *testing.T) {
		d := newDesk(t)
		to, given := d.sender(1), d.sender(2)
		d.send("send", to, given)
		d.endsWith(d.send("late", given), Withdrawn{Why: EndMoved, Owner: `the receiver of "c1"`})
		d.endsWith(d.send("again", to, given), Unsendable{0, `the sender of "c2", which was given to the receiver of "c1" (send a Clone instead)`})
		d.says("offer 1 0 [[1 1 [2]]]")
		d.hear(wire.Completed{Op: 1})
		d.says("close 2")
		if given.IsOpen() {
			t.Error("it can still be used")
		}
	})
	t.Run("§7.9 are back in any other ending, and are closed then if they were closed meanwhile", func(t *testing.T) {
		d := newDesk(t)
		to, kept, unwanted := d.sender(1), d.sender(2), d.sender(3)
		d.send("send", to, kept, unwanted)
		unwanted.Close()
		d.says("offer 1 0 [[1 1 [2 3]]]")
		d.hear(wire.Failed{Op: 1, Reason: wire.Ended{}})
		d.says("close 3")
		if !kept.IsOpen() || unwanted.IsOpen() {
			t.Error("they are not as they were")
		}
	})
	t.Run("§7.9 of a select, only those of the guard that was chosen are gone", func(t *testing.T) {
		d := newDesk(t)
		to, chosen, other := d.sender(1), d.sender(2), d.sender(3)
		d.begin("choice", Choice, Guard{to, []byte("v"), []*Copy{chosen}}, Guard{to, []byte("v"), []*Copy{other}})
		d.hear(wire.Completed{Op: 1, Guard: 0})
		d.says("offer 1 0 [[1 1 [2]] [1 1 [3]]]", "close 2")
		if !other.IsOpen() {
			t.Error("the other is gone")
		}
	})
	t.Run("§7.3 what waits on the last copy comes back, and its close waits until the value was taken", func(t *testing.T) {
		d := newDesk(t)
		to, given := d.sender(1), d.receiver(2)
		waiting := d.receive("waiting", given)
		d.send("send", to, given)
		d.says("offer 1 0 [[2]]", "withdraw 1 1", "offer 2 0 [[1 1 [2]]]")
		d.hear(wire.Completed{Op: 2})
		d.says()
		d.hear(wire.Withdrawn{Op: 1})
		d.says("close 2")
		d.endsWith(waiting, Withdrawn{Why: EndMoved, Owner: `the receiver of "c1"`})
	})
	t.Run("a value of another supervisor's channel cannot go", func(t *testing.T) {
		d, other := newDesk(t), newDesk(t)
		d.endsWith(d.send("send", d.sender(1), other.sender(1)), Unsendable{0, `the sender of "c1", which is no channel of the same supervisor`})
	})
	t.Run("§3.24 channels have numbers that grow, and the sender for dead letters moves", func(t *testing.T) {
		d := newDesk(t)
		letters, kept := d.Open("letters", wire.Terms{Overflow: "block", MaxAttempts: 3}, nil)
		d.Open("", wire.Terms{Capacity: 1, Overflow: "drop-oldest", MaxAttempts: 1}, letters)
		d.says(
			"open 2147483648 2147483649 letters map[capacity:0 maxAttempts:3 overflow:block]",
			"open 2147483650 2147483651 channel 2 of desk map[capacity:1 deadLetters:2147483648 maxAttempts:1 overflow:drop-oldest]",
			"close 2147483648",
		)
		if letters.IsOpen() || !kept.IsOpen() {
			t.Error("the wrong one has moved")
		}
	})
}

func TestLeaving(t *testing.T) {
	begin := func(t *testing.T, restart string) (d *desk, send, receive, work *Operation) {
		d = newDesk(t, func(settings *wire.Settings) { settings.Restart = restart })
		from := d.receiver(2)
		work = d.receive("work", from)
		d.hear(wire.Deliver{Op: 1, Attempt: 1, Value: []byte("v")})
		send, receive = d.send("send", d.sender(1)), d.receive("receive", from)
		d.said, d.told = nil, nil
		d.Told()
		return d, send, receive, work
	}
	t.Run("§8.7 on shutdown: ends are closed, values go back, sends go on, and nothing begins", func(t *testing.T) {
		d, send, receive, work := begin(t, "")
		d.WindDown()
		d.WindDown()
		d.says("withdraw 3 1", "close 1", "returned 1")
		d.hear(wire.Withdrawn{Op: 3}, wire.Completed{Op: 2})
		d.says("close 2")
		d.endsWith(receive, Withdrawn{Why: Leaving})
		d.endsWith(send, Completed{})
		if work.Ending().(Delivered).Held.Take() {
			t.Error("it was given back")
		}
		d.endsWith(d.send("late", d.sender(3)), Withdrawn{Why: Leaving})
	})
	t.Run("§8.7 on shutdown: an end inside a value on its way is closed when that was taken, or is back", func(t *testing.T) {
		d := newDesk(t)
		d.send("taken", d.sender(1), d.sender(2))
		d.send("back", d.sender(3), d.sender(4))
		d.WindDown()
		d.says("offer 1 0 [[1 1 [2]]]", "offer 2 0 [[3 1 [4]]]", "close 1", "close 3")
		d.hear(wire.Completed{Op: 1}, wire.Failed{Op: 2, Reason: wire.Ended{}})
		d.says("close 2", "close 4")
	})
	for _, restart := range []string{"always", "on-failure"} {
		t.Run("§8.16 on shutdown, where another may follow: no end is closed, "+restart, func(t *testing.T) {
			d, _, _, _ := begin(t, restart)
			d.WindDown()
			d.hear(wire.Withdrawn{Op: 3}, wire.Completed{Op: 2})
			d.says("withdraw 3 1", "returned 1")
		})
	}
	t.Run("§8.15 on retire: receives are withdrawn, and sends and what is in hand go on", func(t *testing.T) {
		d, send, receive, work := begin(t, "")
		d.Retire()
		d.says("withdraw 3 1")
		crossing := wire.Deliver{Op: 3, Attempt: 1, Value: []byte("v"), Ends: []wire.PassedEnd{{End: 9, Side: wire.Send}}}
		d.hear(crossing, wire.Completed{Op: 2})
		d.says("returned 3", "close 9")
		d.endsWith(receive, Withdrawn{Why: Leaving})
		d.endsWith(send, Completed{})
		if !work.Ending().(Delivered).Held.Take() {
			t.Error("it was given back")
		}
		to := d.sender(3)
		d.endsWith(d.receive("late", d.receiver(4)), Withdrawn{Why: Leaving})
		d.endsWith(d.begin("mixed", Choice, Guard{Copy: d.receiver(5)}, Guard{to, []byte("v"), nil}), nil)
		d.hear(wire.Deliver{Op: 4, Attempt: 1, Value: []byte("v")})
		d.WindDown()
		d.says("taken 1", "offer 4 0 [[5] [3 1]]", "returned 4")
	})
	t.Run("§3.11 a value for what has ended goes back", func(t *testing.T) {
		d := newDesk(t)
		d.hear(wire.Deliver{Op: 7, Attempt: 1, Ends: []wire.PassedEnd{{End: 9, Side: wire.Receive}}})
		d.says("returned 7", "close 9")
	})
}

func TestStatistics(t *testing.T) {
	d := newDesk(t)
	query := d.Inspect(d.sender(1), func() { d.told = append(d.told, "query") })
	d.says("inspect 1 1")
	d.hear(wire.Inspected{Query: 2}, wire.Inspected{Query: 1, Statistics: wire.Statistics{Taken: 5}}, wire.Inspected{Query: 1})
	d.ends("query")
	if query.Statistics.Taken != 5 {
		t.Errorf("%+v", query.Statistics)
	}
}
