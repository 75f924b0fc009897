package party

import (
	"handover/internal/direct"
	"handover/internal/wire"
)

// Held is a value that was given to this process, until that says what became of it. The first word counts.
type Held struct {
	party *Party
	// path is that of the link that it came on; nil: the supervisor gave it.
	path    *path
	op      int64
	value   []byte
	attempt int64
	carried []*Copy
	// left: nobody has said what became of it.
	left bool
}

// Value is its bytes.
func (h *Held) Value() []byte { return h.value }

// Attempt is 1 at first, and one more for each attempt that failed.
func (h *Held) Attempt() int64 { return h.attempt }

// Carried are the ends that came with it.
func (h *Held) Carried() []*Copy { return h.carried }

// Take says that code has it. It reports false where another word was said before.
func (h *Held) Take() bool { return h.settle(wire.Taken(h.op), (*direct.Receiving).Taken) }

// GiveBack says that nobody wants it.
func (h *Held) GiveBack() { h.drop(wire.Returned(h.op), (*direct.Receiving).Returned) }

// Abandon says that code failed on it.
func (h *Held) Abandon(why string) { h.drop(wire.Abandoned(h.op, why), (*direct.Receiving).Returned) }

// Refuse says that it cannot be read.
func (h *Held) Refuse(why string) {
	h.drop(wire.ValueRefused(h.op, why), func(side *direct.Receiving) { side.Refused(why) })
}

// drop says a word after which the ends that came with it belong to nobody.
func (h *Held) drop(word wire.Word, answer func(*direct.Receiving)) {
	if !h.settle(word, answer) {
		return
	}
	for _, carried := range h.carried {
		carried.Close()
	}
}

// settle says it to who gave the value.
func (h *Held) settle(word wire.Word, answer func(*direct.Receiving)) bool {
	if !h.left {
		return false
	}
	h.left = false
	delete(h.party.hand, h.op)
	if h.path == nil {
		h.party.say(word)
		return true
	}
	answer(h.path.Path.(*direct.Receiving))
	h.party.carryOut(h.path)
	return true
}
