package party

import (
	"slices"
	"testing"

	"handover/internal/direct"
	"handover/internal/wire"
)

// meets has a link for the end, whose number is 9.
func (d *desk) meets(end int64) direct.Path {
	d.t.Helper()
	d.hear(wire.Meet{Link: 9, End: end})
	d.says("open 9", "met 9")
	return d.paths[9].Path
}

// comes has the other side say something.
func (d *desk) comes(said string) {
	d.paths[9].Read([]byte(said))
	d.Came(9)
}

func TestPaths(t *testing.T) {
	t.Run("14.6 a plain send goes over the link, and has its ending from there", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		d.meets(1)
		first, second := d.send("first", end), d.send("second", end)
		d.says("write 9 v", "write 9 v")
		d.send("third", end)
		d.comes("\x00\x01\x00\x02no")
		d.ends("first", "second")
		d.endsWith(first, Completed{})
		d.endsWith(second, Failed{Reason: wire.Refused{Why: "no"}})
		// The window had room for two.
		d.says("write 9 v")
	})
	t.Run("14.5 a send that a time may end, and one with ends, are the supervisor's", func(t *testing.T) {
		for _, which := range []string{"timed", "with ends", "poll"} {
			d := newDesk(t)
			end, other := d.sender(1), d.sender(2)
			d.meets(1)
			switch which {
			case "timed":
				d.begin("send", Timed, Guard{end, []byte("v"), nil})
			case "poll":
				d.begin("send", PlainPoll, Guard{end, []byte("v"), nil})
			default:
				d.send("send", end, other)
			}
			d.says("shut 9")
			d.Ending(9)
			d.says("close 9", "parted 9")
			d.hear(wire.Resume{Link: 9})
			kind, guard := "0", "[1 1]"
			if which == "poll" {
				kind = "1"
			} else if which == "with ends" {
				guard = "[1 1 [2]]"
			}
			d.says("offer 2 " + kind + " [" + guard + "]")
		}
	})
	t.Run("14.6 unanswered sends are offered with greater numbers, in order, and then the end is closed", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		d.meets(1)
		d.send("first", end)
		d.send("second", end)
		d.says("write 9 v", "write 9 v")
		end.Close()
		d.Ending(9)
		d.hear(wire.Resume{Link: 9})
		d.says("shut 9", "close 9", "parted 9", "offer 3 0 [[1 1]]", "offer 4 0 [[1 1]]", "close 1")
		d.hear(wire.Completed{Op: 3}, wire.Completed{Op: 4})
		d.ends("first", "second")
	})
	t.Run("14.6 what the window held back is offered behind what comes back", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		d.meets(1)
		first := d.send("first", end)
		d.send("second", end)
		d.send("third", end)
		d.Recall(first)
		d.Ending(9)
		d.says("write 9 v", "write 9 v", "shut 9", "close 9", "parted 9")
		d.hear(wire.Resume{Link: 9})
		d.ends("first")
		d.says("offer 4 0 [[1 1]]", "offer 5 0 [[1 1]]")
	})
	t.Run("14.6 there is no link while a choice waits, nor for an end that is closed", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		d.begin("choice", Choice, Guard{end, []byte("v"), nil})
		d.hear(wire.Meet{Link: 9, End: 1}, wire.Meet{Link: 10, End: 7})
		d.says("offer 1 2 [[1 1]]", "parted 9", "parted 10")
	})
	t.Run("14.6 a choice is offered at once, and the link ends", func(t *testing.T) {
		d := newDesk(t)
		sender, receiver := d.sender(1), d.receiver(2)
		d.meets(1)
		d.begin("choice", Choice, Guard{sender, []byte("v"), nil}, Guard{Copy: receiver})
		d.says("offer 1 0 [[1 1] [2]]", "shut 9")
	})
	t.Run("14.6 a choice that polls is offered when its ends have no link any more, or finds nobody after 100 ms", func(t *testing.T) {
		for _, isLate := range []bool{false, true} {
			d := newDesk(t)
			sender := d.sender(1)
			d.meets(1)
			op := d.begin("poll", ChoicePoll, Guard{sender, []byte("v"), nil})
			d.says("shut 9")
			if isLate {
				d.alarms[0]()
				d.ends("poll")
				d.endsWith(op, Withdrawn{Why: Nobody})
			}
			d.Ending(9)
			d.hear(wire.Resume{Link: 9})
			if isLate {
				d.says("close 9", "parted 9")
			} else {
				d.says("close 9", "parted 9", "offer 2 3 [[1 1]]")
			}
		}
	})
	t.Run("14.8 a value is answered on the link, and goes back by its end", func(t *testing.T) {
		d := newDesk(t)
		end := d.receiver(1)
		d.meets(1)
		d.comes("\x00\x00\x00\x03one\x00\x00\x00\x03two")
		first, second := d.receive("first", end), d.receive("second", end)
		d.ends("first")
		if !first.Ending().(Delivered).Held.Take() {
			t.Error("it is taken")
		}
		d.ends("second")
		held := second.Ending().(Delivered).Held
		if held.Attempt() != 1 || string(held.Value()) != "two" {
			t.Errorf("%d, %s", held.Attempt(), held.Value())
		}
		held.GiveBack()
		d.says("answer 9 [0]", "close 9", "flow 9 1 0 0", "parted 9")
	})
	t.Run("14.7 what waits at the supervisor is asked back, and is offered again with a greater number", func(t *testing.T) {
		d := newDesk(t)
		end := d.receiver(1)
		d.receive("receive", end)
		d.hear(wire.Meet{Link: 9, End: 1})
		d.comes("\x00\x00\x00\x03one")
		d.says("offer 1 0 [[1]]", "open 9", "met 9", "withdraw 1 0")
		d.hear(wire.Part{Link: 9})
		d.ends()
		d.hear(wire.Withdrawn{Op: 1})
		d.says("offer 2 0 [[1]]", "close 9", "parted 9")
		d.hear(wire.Deliver{Op: 2, Attempt: 1, Value: []byte("one")})
		d.ends("receive")
	})
	t.Run("14.7 when a receive has failed, the sender is gone", func(t *testing.T) {
		d := newDesk(t)
		end := d.receiver(1)
		d.receive("receive", end)
		d.hear(wire.Meet{Link: 9, End: 1})
		d.hear(wire.Failed{Op: 1, Reason: wire.Ended{}})
		d.ends("receive")
		d.says("offer 1 0 [[1]]", "open 9", "met 9", "close 9", "parted 9")
	})
	t.Run("14.8 a choice that polls is given what waits here", func(t *testing.T) {
		d := newDesk(t)
		end := d.receiver(1)
		d.meets(1)
		d.comes("\x00\x00\x00\x03one")
		op := d.begin("poll", OrderedPoll, Guard{Copy: end})
		d.ends("poll")
		op.Ending().(Delivered).Held.Take()
		d.says("answer 9 [0]")
	})
	for _, ending := range []string{"retire", "wind down"} {
		t.Run("14.7 it leaves when the process is to "+ending, func(t *testing.T) {
			d := newDesk(t)
			end := d.receiver(1)
			d.meets(1)
			d.comes("\x00\x00\x00\x03one")
			first := d.receive("first", end)
			waiting := d.receive("waiting", end)
			d.ends("first")
			held := first.Ending().(Delivered).Held
			if ending == "retire" {
				d.Retire()
				d.says()
			} else {
				d.WindDown()
				d.says("close 9", "parted 9", "close 1")
			}
			d.ends("waiting")
			d.endsWith(waiting, Withdrawn{Why: Leaving})
			if held.Take() != (ending == "retire") {
				t.Error("what is in hand is finished, or has gone back")
			}
			if ending == "retire" {
				d.says("answer 9 [0]", "close 9", "flow 9 1 0 0", "parted 9")
			}
		})
	}
	t.Run("14.11 the flow is told before an inspect", func(t *testing.T) {
		d := newDesk(t)
		end := d.sender(1)
		d.meets(1)
		d.send("send", end)
		d.comes("\x00")
		d.Inspect(end, func() {})
		if !slices.Equal(d.said, []string{"write 9 v", "flow 9 1 0 0", "inspect 1 1"}) {
			t.Error(d.said)
		}
	})
}
