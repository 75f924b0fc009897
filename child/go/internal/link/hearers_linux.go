package link

import (
	"encoding/binary"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"handover/internal/party"
)

// hearers are the goroutines of code that wait for an operation which goes over a direct link, and hear what is said there
// themselves: so nobody needs to wake them, which takes longer than all the rest. One hears each link at most, and there are no
// more than can run at once, for each keeps a thread.
//
//	a link is  | heard by                                                                  | until
//	-----------|---------------------------------------------------------------------------|------------------------------------
//	watched    | the goroutine that waits for all of them                                  | code hears it itself
//	heard      | code that waits for an operation there                                    | that has ended, or the link has
//	unwatched  | nobody: code does something else, and will hear it before long, or not    | somebody waits without hearing, or for a moment
type hearers struct {
	active []*hearer
	// free are those that can be used again.
	free []*hearer
	// waiting is how many goroutines wait without hearing.
	waiting int
	// isLulled: what is unwatched is looked at after a moment.
	isLulled bool
}

// hearer is one of them, while it hears.
type hearer struct {
	op *party.Operation
	// kick is a descriptor that can be read when it is to look whether it still has to.
	kick     int
	isKicked bool
}

// lull is for how long a link may be unwatched.
const lull = time.Millisecond

// hearFor hears, in place of code, until its operation has ended, or is not one of a link.
func (p *pipes) hearFor(op *party.Operation) {
	var pair *pipePair
	var own *hearer
	p.link.Turn(func(party *party.Party) {
		if pair = p.open[party.LinkOf(op)]; pair != nil && pair.hearer == nil && pair.input >= 0 {
			own = p.beginHearing(pair, op)
		}
	})
	for own != nil {
		awaitEither(pair.input, own.kick)
		p.link.Turn(func(party *party.Party) {
			if pair.state < pairClosing {
				p.read(party, pair, chunksAtOnce)
			}
			if pair.state >= pairClosing || pair.isAtEnd || op.HasEnded() {
				p.endHearing(pair)
				own = nil
			}
		})
	}
}

func (p *pipes) beginHearing(pair *pipePair, op *party.Operation) *hearer {
	if len(p.hearers.active) >= runtime.GOMAXPROCS(0) {
		return nil
	}
	own := p.hearers.take()
	if own == nil {
		return nil
	}
	own.op, pair.hearer = op, own
	p.hearers.active = append(p.hearers.active, own)
	p.unwatch(pair)
	return own
}

func (p *pipes) endHearing(pair *pipePair) {
	own := pair.hearer
	own.op, pair.hearer = nil, nil
	p.hearers.giveBack(own)
	switch {
	case pair.state >= pairClosing:
		p.closeInput(pair)
	case p.hearers.waiting > 0:
		p.watch(pair)
	case !p.hearers.isLulled:
		p.hearers.isLulled = true
		time.AfterFunc(lull, p.afterLull)
	}
	pair.isFresh = true
}

// afterLull watches what nobody has heard for a moment.
func (p *pipes) afterLull() {
	p.link.Turn(func(*party.Party) {
		p.hearers.isLulled = false
		for _, pair := range p.open {
			switch {
			case pair.isWatched || pair.hearer != nil:
			case pair.isFresh:
				p.hearers.isLulled = true
			default:
				p.watch(pair)
			}
			pair.isFresh = false
		}
		if p.hearers.isLulled {
			time.AfterFunc(lull, p.afterLull)
		}
	})
}

// waitBegins: a goroutine waits for what others hear.
func (p *pipes) waitBegins() {
	p.link.mutex.Lock()
	defer p.link.mutex.Unlock()
	p.hearers.waiting++
	for _, pair := range p.open {
		if pair.hearer == nil {
			p.watch(pair)
		}
	}
}

func (p *pipes) waitEnds() {
	p.link.mutex.Lock()
	defer p.link.mutex.Unlock()
	p.hearers.waiting--
}

// kickEnded has those look whose operation has ended without them.
func (p *pipes) kickEnded() {
	for _, one := range p.hearers.active {
		if one.op.HasEnded() {
			one.look()
		}
	}
}

func (h *hearer) look() {
	if !h.isKicked {
		h.isKicked = true
		_, _ = syscall.Write(h.kick, binary.NativeEndian.AppendUint64(nil, 1))
	}
}

// take is nil where the process has no descriptor left.
func (h *hearers) take() *hearer {
	if last := len(h.free) - 1; last >= 0 {
		one := h.free[last]
		h.free = h.free[:last]
		return one
	}
	kick, _, err := syscall.Syscall(syscall.SYS_EVENTFD2, 0, syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != 0 {
		return nil
	}
	return &hearer{kick: int(kick)}
}

func (h *hearers) giveBack(one *hearer) {
	if one.isKicked {
		var count [8]byte
		_, _ = syscall.Read(one.kick, count[:])
		one.isKicked = false
	}
	for at, other := range h.active {
		if other == one {
			h.active = append(h.active[:at], h.active[at+1:]...)
			break
		}
	}
	h.free = append(h.free, one)
}

// pollDescriptor is what the kernel calls struct pollfd.
type pollDescriptor struct {
	descriptor      int32
	events, happens int16
}

const readable = 1

// awaitEither waits until one of both can be read.
func awaitEither(one, other int) {
	for {
		both := [2]pollDescriptor{{descriptor: int32(one), events: readable}, {descriptor: int32(other), events: readable}}
		_, _, err := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&both)), 2, 0, 0, 0, 0)
		if err != syscall.EINTR {
			return
		}
	}
}
