package wire

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

func TestNonsense(t *testing.T) {
	for _, nonsense := range []struct{ bytes, why string }{
		{"oops", "expected a frame (it starts with C1 48), but the link said"},
		{"\xc1\x48\x00\x00\x00\x00\x00\x01", "a frame cannot have a header of 0 bytes and 1 in all"},
		{"\xc1\x48\x00\x02\x00\x00\x00\x01", "a frame cannot have a header of 2 bytes and 1 in all"},
		{"\xc1\x4c\x00\x01\x00\x00\x00\x02\x00\x40\x90", "cannot have the number 64"},
		{"\xc1\x4c\x00\x01\x00\x00\x00\x01\x00\x00\x90", "has no bytes"},
		{"\xc1\x4c\x00\x01\x00\x00\x00\x02\x00\x00\x90\xc1\x4c\x00\x01\x00\x00\x00\x02\x00\x00\x90", "on its way"},
		{"\xc1\x50\x00\x00\x00\x00\x00\x01x", "which no value has"},
		{"\xc1\x4c\x00\x01\x00\x00\x00\x02\x00\x00\x90\xc1\x50\x00\x00\x00\x00\x00\x00", "a piece of 0 bytes"},
	} {
		t.Run("§2.2 §2.9 is no frame: "+nonsense.why, func(t *testing.T) {
			_, err := NewReader(strings.NewReader(nonsense.bytes)).Next()
			if _, isWrong := err.(*ProtocolError); !isWrong || !strings.Contains(err.Error(), nonsense.why) {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("§2.1 a length that never comes makes no room", func(t *testing.T) {
		_, err := NewReader(strings.NewReader("\xc1\x48\x00\x01\xff\xff\xff\xff\x90")).Next()
		if err != io.ErrUnexpectedEOF {
			t.Errorf("%v", err)
		}
	})
}

func TestHeaders(t *testing.T) {
	for _, wrong := range []struct{ header, why string }{
		{"\x80", "a header is not a msgpack array: 80"},
		{"\x91\x43\x00", "a header is not a msgpack array"},
		{"\x91\x49", "a supervisor has no message number 73"},
		{"\x92\x44\xa11", "expected an integer of 0 or more as op, got string"},
		{"\x92\x44\xff", "expected an integer of 0 or more as op, got int64"},
		{"\x92\x44\xcf\x00\x20\x00\x00\x00\x00\x00\x00", "expected an integer of 0 or more as op"},
		{"\x93\x43\x01", "a header is not a msgpack array"},
		{"\x92\x43\x01", "expected an integer of 0 or more as guard, got nil or nothing"},
		{"\x96\x46\x01\x00\x00\xa1x\xc0", `an operation does not fail because of "x"`},
	} {
		t.Run("§3.3 is a violation: "+wrong.why, func(t *testing.T) {
			_, err := MessageOf(Frame{Header: []byte(wrong.header)})
			if _, isWrong := err.(*ProtocolError); !isWrong || !strings.Contains(err.Error(), wrong.why) {
				t.Errorf("%v", err)
			}
		})
	}
}

// said is what a reader of the link hears, as texts: the first bytes of values, and numbers of operations.
func said(t *testing.T, link []byte) []string {
	var texts []string
	reader := NewReader(iotest.OneByteReader(bytes.NewReader(link)))
	for {
		frame, err := reader.Next()
		if err == io.EOF {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		tree := treeOf(frame.Header).([]any)
		text := map[int64]string{2: "offer", 3: "withdraw", 4: "taken", 7: "close"}[tree[0].(int64)]
		texts = append(texts, text+" "+string('0'+rune(tree[1].(int64))))
	}
}

func all(o *Outgoing) []byte {
	var link []byte
	for o.HasShort() || o.HasPieces() {
		link = append(link, o.Next(nil)...)
	}
	return link
}

func offer(op, end int64, length int, carried ...int64) Word {
	value := make([]byte, length)
	word, _ := Offer(op, 0, []Guard{{end, value, carried}})
	return word
}

func TestOrder(t *testing.T) {
	const large = 10 * pieceLength
	for _, order := range []struct {
		title string
		words []Word
		said  string
	}{
		{"others overtake", []Word{offer(1, 1, large), Taken(2), offer(3, 2, 5)}, "taken 2, offer 3, offer 1"},
		{"what concerns the same end does not", []Word{offer(1, 1, large), offer(2, 1, 5), Close(1), Taken(3)}, "taken 3, offer 1, offer 2, close 1"},
		{"nor its own withdrawal", []Word{offer(1, 1, large), Withdraw(1), Withdraw(2)}, "withdraw 2, offer 1, withdraw 1"},
		{"nor what gives an end of it away", []Word{offer(1, 1, large), offer(2, 2, 5, 1), Close(2)}, "offer 1, offer 2, close 2"},
		{"a shorter one of the same time ends first", []Word{offer(1, 1, large), offer(2, 2, large/2)}, "offer 2, offer 1"},
	} {
		t.Run("§2.7 "+order.title, func(t *testing.T) {
			var out Outgoing
			for _, word := range order.words {
				out.Say(word)
			}
			if heard := strings.Join(said(t, all(&out)), ", "); heard != order.said {
				t.Errorf("%s, not %s", heard, order.said)
			}
		})
	}
	t.Run("§2.7 between two pieces leaves what was said meanwhile", func(t *testing.T) {
		var out Outgoing
		out.Say(offer(1, 1, large))
		link := out.Next(nil)
		out.Say(Taken(2))
		between := out.Next(nil)
		if binary.BigEndian.Uint16(between) != magicFrame {
			t.Errorf("% x", between[:8])
		}
		link = append(append(link, between...), all(&out)...)
		if heard := said(t, link); len(heard) != 2 {
			t.Errorf("%v", heard)
		}
	})
	t.Run("§2.6 values come whole, however many leave at once", func(t *testing.T) {
		random := rand.New(rand.NewPCG(1, 2))
		var out Outgoing
		values := map[int64][]byte{}
		for op := int64(1); op <= 100; op++ {
			value := make([]byte, 1+random.IntN(3*pieceLength))
			value[0], value[len(value)-1] = byte(op), byte(op)
			values[op] = value
			word, _ := Offer(op, 0, []Guard{{End: op, Value: value[:len(value)/2]}, {End: op + 1000, Value: value[len(value)/2:]}})
			out.Say(word)
		}
		reader := NewReader(bytes.NewReader(all(&out)))
		for range values {
			frame, err := reader.Next()
			if err != nil {
				t.Fatal(err)
			}
			op := treeOf(frame.Header).([]any)[1].(int64)
			if !bytes.Equal(frame.Value, values[op]) {
				t.Errorf("%d has another value", op)
			}
			delete(values, op)
		}
	})
}

func FuzzLink(f *testing.F) {
	f.Add([]byte("\xc1\x48\x00\x05\x00\x00\x00\x08\x94\x42\x01\x00\x01\xa2hi"))
	f.Add([]byte("\xc1\x4c\x00\x05\x00\x00\x00\x08\x00\x3f\x94\x42\x01\x00\x01\xc1\x50\x00\x3f\x00\x00\x00\x03\xa2hi"))
	f.Fuzz(func(t *testing.T, link []byte) {
		for reader := NewReader(bytes.NewReader(link)); ; {
			frame, err := reader.Next()
			if err != nil {
				return
			}
			// It is a message, or a violation.
			if _, err := MessageOf(frame); err != nil {
				return
			}
		}
	})
}
