package direct

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// desk is a path, and what it does, in words.
type desk[P Path] struct {
	t *testing.T
	P P
}

// does fails where it does something else because of what it was told last.
func (d desk[P]) does(expected ...string) {
	d.t.Helper()
	var done []string
	for _, effect := range d.P.Effects() {
		done = append(done, words(effect))
	}
	if !slices.Equal(done, expected) {
		d.t.Errorf("it does\n\t%s\nnot\n\t%s", strings.Join(done, "\n\t"), strings.Join(expected, "\n\t"))
	}
}

func words(effect Effect) string {
	switch effect := effect.(type) {
	case Write:
		return fmt.Sprintf("Write %s", effect.Value)
	case Give:
		return fmt.Sprintf("Give %v %d %s", effect.Op, effect.Guard, effect.Value)
	case Wake:
		return fmt.Sprintf("Wake %d", effect.Milliseconds)
	}
	name := strings.TrimPrefix(fmt.Sprintf("%T", effect), "direct.")
	fields := strings.Trim(fmt.Sprint(effect), "{}")
	return strings.TrimSpace(name + " " + fields)
}

func sending(t *testing.T, older ...Op) desk[*Sending] { return desk[*Sending]{t, NewSending(older)} }

func (d desk[P]) send(op string, way Way) {
	any(d.P).(*Sending).Offer(Send{op, []byte("v" + op), way})
}

// linked is a sending end whose link carries the values of these sends.
func linked(t *testing.T, ops ...string) desk[*Sending] {
	d := sending(t)
	for _, op := range ops {
		d.send(op, Directly)
	}
	d.P.Effects()
	return d
}

func TestSending(t *testing.T) {
	t.Run("14.6 starting, it holds back until nothing older is at the supervisor", func(t *testing.T) {
		d := sending(t, "1", "2")
		d.does("Met")
		d.send("3", Directly)
		d.does("Wake 100")
		d.P.Ended("1")
		d.does("Wake 100")
		d.P.Ended("another")
		d.does()
		d.P.Ended("2")
		d.does("Wake 100", "Write v3")
		d.send("4", Directly)
		d.does("Write v4")
	})
	t.Run("14.6 starting, it leaves after 100 ms in which nothing older has ended", func(t *testing.T) {
		d := sending(t, "1", "2")
		d.send("3", Directly)
		first := alarmOf(d.P.Effects())
		d.P.Ended("1")
		second := alarmOf(d.P.Effects())
		d.P.Rang(first)
		d.does()
		d.P.Rang(second)
		d.does("Shut")
	})
	t.Run("14.4 answers are for the values in their order", func(t *testing.T) {
		d := linked(t, "1", "2", "3")
		d.P.Read([]byte{0, 1, 0})
		d.does("Complete 1")
		d.P.Read([]byte{2, 'n', 'o', 0})
		d.does("Reject 2 no", "Complete 3")
	})
	for _, said := range [][]byte{{7, 0}, {0, 0}} {
		t.Run(fmt.Sprintf("14.4 who reads what is no answer, ends the link: % x", said), func(t *testing.T) {
			d := linked(t, "1")
			d.P.Read(said)
			if effects := d.P.Effects(); words(effects[len(effects)-1]) != "Shut" {
				t.Errorf("%v", effects)
			}
		})
	}
	t.Run("14.4 of who has said nonsense, all that follows says nothing", func(t *testing.T) {
		d := linked(t, "1")
		d.P.Read([]byte{7})
		d.P.Read([]byte{0})
		d.does("Shut")
	})
	for _, way := range []Way{Relayed, Polling} {
		t.Run(fmt.Sprintf("14.5 it leaves for a send that is not for the link (%d), which is held back in order", way),
			func(t *testing.T) {
				d := linked(t, "1")
				d.send("2", way)
				d.send("3", Directly)
				effects := slices.DeleteFunc(d.P.Effects(), func(effect Effect) bool { _, isWake := effect.(Wake); return isWake })
				if len(effects) != 1 || words(effects[0]) != "Shut" {
					t.Errorf("%v", effects)
				}
				d.P.Ending()
				d.does("Close", "Parted")
				d.P.Resume()
				d.does("Relay 1", "Relay 2", "Relay 3", "Over")
			})
	}
	t.Run("14.6 answers are heard while it leaves, and before what is unanswered is offered", func(t *testing.T) {
		d := linked(t, "1", "2")
		d.P.Leave()
		d.P.Resume()
		d.does("Shut", "Wake 2000")
		d.P.Read([]byte{0})
		d.does("Complete 1")
		d.P.Ending()
		d.does("Close", "Flow 1 1 0", "Parted", "Relay 2", "Over")
	})
	t.Run("14.6 2,000 ms after resume it goes on when all that had come was read", func(t *testing.T) {
		d := linked(t, "1")
		d.P.Resume()
		alarm := alarmOf(d.P.Effects())
		d.P.Rang(alarm)
		d.does("Look")
		d.P.Read([]byte{0})
		d.P.Looked()
		d.does("Complete 1", "Close", "Flow 1 0 0", "Parted", "Over")
		d.P.Ending()
		d.does()
	})
	t.Run("14.6 what is held back is recalled at once, what is unanswered when it comes back", func(t *testing.T) {
		d := linked(t, "1", "2")
		if !d.P.Withdraw("1") || d.P.Withdraw("another") {
			t.Error("it knows what it has")
		}
		d.send("3", Directly)
		d.P.Withdraw("3")
		d.does("Shut", "Return 3")
		d.P.Ending()
		d.P.Resume()
		d.does("Close", "Parted", "Return 1", "Relay 2", "Over")
	})
	t.Run("14.6 a poll that is held back finds nobody after 100 ms", func(t *testing.T) {
		d := linked(t)
		d.send("1", Polling)
		alarm := alarmOf(d.P.Effects())
		d.P.Rang(alarm)
		d.does("Return 1")
	})
	t.Run("14.6 the end is closed when all was offered that was begun on it", func(t *testing.T) {
		d := linked(t, "1")
		d.P.GiveUp()
		d.P.Ending()
		d.does("Shut", "Close", "Parted")
		d.P.Resume()
		d.does("Relay 1", "Over", "GiveUp")
	})
	t.Run("14.6 what begins while the last comes back is the supervisor's", func(t *testing.T) {
		d := linked(t, "1")
		d.P.Withdraw("1")
		d.P.Ending()
		d.P.Resume()
		d.send("2", Directly)
		d.does("Shut", "Close", "Parted", "Return 1", "Over", "Relay 2")
	})
}

func alarmOf(effects []Effect) Alarm {
	for _, effect := range effects {
		if wake, isWake := effect.(Wake); isWake {
			return wake.Alarm
		}
	}
	return Alarm{}
}

var limit = Limit{Operations: 2, Bytes: 10, ValueBytes: 10}

func receiving(t *testing.T, outstanding ...Receive) desk[*Receiving] {
	return desk[*Receiving]{t, NewReceiving(outstanding, limit)}
}

// receivingAt is a receiving end that is linked, and has a value that nobody has asked for.
func receivingAt(t *testing.T, values ...string) desk[*Receiving] {
	d := receiving(t)
	for _, value := range values {
		d.comes(value)
	}
	d.P.Effects()
	return d
}

func (d desk[P]) comes(value string) { d.P.Read(append(AppendLength(nil, []byte(value)), value...)) }

func (d desk[P]) receive(op string, how How) { any(d.P).(*Receiving).Offer(Receive{op, how}) }

func TestReceiving(t *testing.T) {
	t.Run("14.7 ready, all is the supervisor's", func(t *testing.T) {
		d := receiving(t)
		d.receive("1", Plainly)
		d.receive("2", AtOnce)
		d.does("Met", "Relay 1", "Relay 2")
	})
	t.Run("14.7 with the first value, what waits at the supervisor is asked back, and stands first in line", func(t *testing.T) {
		d := receiving(t, Receive{"1", Plainly}, Receive{"2", AtOnce}, Receive{"3", Plainly})
		d.receive("4", Plainly)
		d.P.Ended("3")
		d.comes("v")
		d.does("Met", "Relay 4", "AskBack 1", "AskBack 4", "Wake 200")
		d.receive("5", Plainly)
		if !d.P.CameBack("4") {
			t.Error("nobody else is to hear of it")
		}
		d.does()
		d.P.CameBack("1")
		d.does("Give 1 0 v")
	})
	t.Run("14.7 what was given a value by the supervisor, has left the line", func(t *testing.T) {
		d := receiving(t, Receive{"1", Plainly})
		d.comes("v")
		d.receive("2", Plainly)
		d.P.Ended("1")
		d.does("Met", "AskBack 1", "Wake 200", "Give 2 0 v")
	})
	t.Run("14.7 what code recalls while it is asked back, has the ending that the supervisor says", func(t *testing.T) {
		d := receiving(t, Receive{"1", Plainly})
		d.comes("v")
		d.P.Effects()
		if !d.P.Withdraw("1") {
			t.Error("it is here")
		}
		d.does()
		if d.P.CameBack("1") {
			t.Error("its code is to hear of it")
		}
		d.receive("2", Plainly)
		d.does("Give 2 0 v")
	})
	t.Run("14.7 with an extended receive outstanding, the first value ends it", func(t *testing.T) {
		d := receiving(t, Receive{"1", Extended})
		d.comes("v")
		d.does("Met", "Over", "Close")
		d.P.Closed()
		d.does("Parted")
	})
	for _, how := range []string{"extended", "asked", "nonsense", "too many", "the pipe ends"} {
		t.Run("14.7 it leaves: "+how, func(t *testing.T) {
			d := receivingAt(t, "v")
			switch how {
			case "extended":
				d.receive("1", Extended)
				d.does("Relay 1", "Over", "Close")
				return
			case "asked":
				d.P.Leave()
			case "nonsense":
				d.P.Read([]byte{0, 0, 0, 11})
			case "too many":
				d.comes("v")
				d.comes("v")
			case "the pipe ends":
				d.P.Ending()
			}
			d.does("Over", "Close")
		})
	}
	t.Run("14.8 a value is answered before the next is given, and no value without a receive", func(t *testing.T) {
		d := receivingAt(t)
		d.comes("1")
		d.comes("2")
		d.does("Wake 200")
		d.receive("a", Plainly)
		d.receive("b", Plainly)
		d.does("Give a 0 1")
		d.P.Taken()
		d.does("Answer [0]", "Give b 0 2")
		d.P.Refused("no")
		d.does("Answer [1 0 2 110 111]")
		d.comes("3")
		d.does()
	})
	t.Run("14.7 leaving, what is in hand is answered, and nothing else is given", func(t *testing.T) {
		d := receivingAt(t, "1", "2")
		d.receive("a", Plainly)
		d.receive("b", Plainly)
		d.P.Leave()
		d.does("Give a 0 1")
		d.comes("3")
		d.receive("c", Plainly)
		d.receive("d", AtOnce)
		d.does("Relay d")
		d.P.Taken()
		d.does("Answer [0]", "Relay b", "Relay c", "Over", "Close")
		d.P.Closed()
		d.does("Flow 1 0 0", "Parted")
	})
	t.Run("14.7 what goes back from the hand is not answered", func(t *testing.T) {
		d := receivingAt(t, "1")
		d.receive("a", Plainly)
		d.P.Returned()
		d.P.GiveUp()
		d.P.Closed()
		d.does("Give a 0 1", "Over", "Close", "Parted", "GiveUp")
	})
	t.Run("14.7 leaving, it waits for what is asked back", func(t *testing.T) {
		d := receiving(t, Receive{"1", Plainly})
		d.comes("v")
		d.P.Effects()
		d.P.Leave()
		d.does()
		d.P.CameBack("1")
		d.does("Relay 1", "Over", "Close")
	})
	t.Run("14.8 a poll is given what is there when all that has come was read, and nothing when others are before it", func(t *testing.T) {
		d := receivingAt(t, "1")
		d.receive("a", AtOnce)
		d.does("Look")
		d.P.Looked()
		d.does("Give a 0 1")
		d.P.Taken()
		d.receive("b", AtOnce)
		d.P.Looked()
		d.does("Answer [0]", "Look", "Return b")
	})
	t.Run("14.8 a choice that polls is given what waits, unless something is in hand", func(t *testing.T) {
		d := receivingAt(t, "1", "2")
		if !d.P.Give("a", 3) || d.P.Give("b", 3) {
			t.Error("the first, not the second")
		}
		d.does("Give a 3 1")
	})
	t.Run("14.11 the counts are told 200 ms after they have changed", func(t *testing.T) {
		d := receiving(t)
		d.comes("v")
		effects := d.P.Effects()
		d.receive("a", Plainly)
		d.P.Taken()
		d.receive("b", Plainly)
		d.P.Effects()
		d.P.Rang(alarmOf(effects))
		d.does("Flow 1 0 1")
		d.P.Tell()
		d.does("Flow 1 0 1")
	})
	t.Run("14.4 values come whole, however they are cut", func(t *testing.T) {
		for size := 1; size < 12; size++ {
			d := receivingAt(t, "")
			for _, op := range []string{"a", "b", "c", "d"} {
				d.receive(op, Plainly)
			}
			var given []string
			said := []byte("\x00\x00\x00\x03one\x00\x00\x00\x00\x00\x00\x00\x05three")
			for some := range slices.Chunk(said, size) {
				if left := d.P.Left(); len(left) >= len(some) {
					copy(left, some)
					d.P.Filled(len(some))
				} else {
					d.P.Read(some)
				}
				given = append(given, d.taking()...)
			}
			if !slices.Equal(given, []string{"", "one", "", "three"}) {
				t.Errorf("in pieces of %d: %q", size, given)
			}
		}
	})
}

// taking are the values that are given, each of which is taken.
func (d desk[P]) taking() (given []string) {
	for effects := d.P.Effects(); len(effects) > 0; effects = d.P.Effects() {
		for _, effect := range effects {
			if give, isGive := effect.(Give); isGive {
				given = append(given, string(give.Value))
				any(d.P).(*Receiving).Taken()
			}
		}
	}
	return given
}
